"""What httplint says of the application's answers.

argv[1] is the address of a host. Reads a call a line as JSON (method, path, headers, body), makes it, and writes a line with
the status of the answer and a list of the notes that say what is wrong with it.
"""

import json
import sys
import time
from http.client import HTTPConnection

from httplint import HttpRequestLinter, HttpResponseLinter, levels
from httplint.status import STATUS_BAD_REQUEST


def notes(request, response, content):
    """What is wrong with an answer. `request`: method, target, headers. `response`: status, reason, headers."""
    asked = HttpRequestLinter()
    asked.process_request_topline(request[0].encode(), request[1].encode(), b"1.1")
    asked.process_headers([(name.encode(), value.encode()) for name, value in request[2]])
    asked.finish_content(True)
    answer = HttpResponseLinter(start_time=time.time())
    answer.request = asked
    answer.is_head_response = request[0] == "HEAD"
    answer.process_response_topline(b"1.1", str(response[0]).encode(), response[1].encode())
    answer.process_headers([(name.encode("latin-1"), value.encode("latin-1")) for name, value in response[2]])
    answer.feed_content(content)
    answer.finish_content(True)
    return [f"{note.subject}: {note.summary}" for note in answer.notes if is_fault(note)]


def is_fault(note):
    # That a 400 was the caller's fault is no news.
    return note.level in (levels.BAD, levels.WARN) and not isinstance(note, STATUS_BAD_REQUEST)


def main():
    host, port = sys.argv[1].removeprefix("http://").split(":")
    for line in sys.stdin:
        call = json.loads(line)
        connection = HTTPConnection(host, int(port))
        headers = call["headers"] | {"User-Agent": "httplint"}
        connection.request(call["method"], call["path"], call["body"], headers)
        answer = connection.getresponse()
        content = answer.read()
        request = (call["method"], call["path"], [("Host", f"{host}:{port}"), *headers.items()])
        response = (answer.status, answer.reason, answer.getheaders())
        print(json.dumps({"status": answer.status, "notes": notes(request, response, content)}))
        connection.close()


if __name__ == "__main__":
    main()
