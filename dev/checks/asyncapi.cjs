// Judges the AsyncAPI document in the file argv[2] as AsyncAPI's command line does: tells what it finds, fails when one is an
// error.
const { readFileSync } = require('node:fs');
const { Parser, DiagnosticSeverity } = require('@asyncapi/parser');

new Parser().validate(readFileSync(process.argv[2], 'utf8')).then((found) => {
  for (const { severity, code, path, message } of found) {
    console.log(`${DiagnosticSeverity[severity]} ${code} at ${path.join('/')}: ${message}`);
  }
  process.exitCode = found.some(({ severity }) => severity === DiagnosticSeverity.Error) ? 1 : 0;
});
