//! Plans as auto_explain logs them: reading them, and what is wrong with them.

use serde_json::Value;

/// More rows than this are not sorted for one page: a fortieth of the user's, twice what the narrowest index leaves over in
/// the widest case that is right to sort, and a few milliseconds.
const MAX_SORTED: u64 = 2500;

/// Tables so small that reading them whole is right.
const SMALL: [&str; 5] = [
    "counted",
    "leases",
    "outbox_low_water",
    "outbox_shards",
    "waiting_users",
];

/// One statement that ran.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) sql: String,
    pub(crate) millis: f64,
    root: Value,
}

/// The plans in a piece of the server's log.
pub(crate) fn read(log: &str) -> Vec<Plan> {
    let mut plans = Vec::new();
    for (at, _) in log.match_indices("ms  plan:") {
        let (before, after) = log.split_at(at);
        let millis = before.rsplit("duration: ").next().unwrap_or_default();
        let json = &after["ms  plan:".len()..];
        let mut values = serde_json::Deserializer::from_str(json).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else {
            panic!("not a plan: {}", json.get(..300).unwrap_or(json))
        };
        plans.push(Plan {
            sql: value["Query Text"].as_str().unwrap_or_default().to_owned(),
            millis: millis.trim().parse().expect("a duration"),
            root: value["Plan"].clone(),
        });
    }
    plans
}

impl Plan {
    /// Blocks of 8 KiB that it looked at, cached or not.
    pub(crate) fn blocks(&self) -> u64 {
        let count = |name: &str| self.root[name].as_u64().unwrap_or_default();
        count("Shared Hit Blocks") + count("Shared Read Blocks")
    }

    /// The most rows that one of its nodes sorts.
    pub(crate) fn sorted(&self) -> u64 {
        let mut most = 0;
        visit(&self.root, &mut |node| most = sorted(node).max(most));
        most
    }

    /// What must not be, with the plan; `None` when all is well.
    pub(crate) fn complaint(&self, max_blocks: u64) -> Option<String> {
        let mut wrong = Vec::new();
        visit(&self.root, &mut |node| wrong.extend(scan(node)));
        if self.sorted() > MAX_SORTED {
            wrong.push(format!("sort of {} rows", self.sorted()));
        }
        if self.blocks() > max_blocks {
            wrong.push(format!(
                "{} blocks, at most {max_blocks} are right",
                self.blocks()
            ));
        }
        let shape = self.shape();
        (!wrong.is_empty()).then(|| {
            format!(
                "{} ({:.1} ms) {shape}\n      {}",
                wrong.join(", "),
                self.millis,
                self.sql
            )
        })
    }

    /// Its nodes from the top down, with the indexes.
    pub(crate) fn shape(&self) -> String {
        let mut names = Vec::new();
        visit(&self.root, &mut |node| {
            let name = node["Node Type"].as_str().unwrap_or_default();
            match node["Index Name"].as_str() {
                Some(index) => names.push(format!("{name} {index}")),
                None => names.push(name.to_owned()),
            }
        });
        names.join(" < ")
    }
}

fn scan(node: &Value) -> Option<String> {
    let table = node["Relation Name"].as_str()?;
    let whole = node["Node Type"].as_str()?.contains("Seq Scan") && !SMALL.contains(&table);
    whole.then(|| format!("sequential scan of {table}"))
}

/// The rows that this node sorts; 0 when it does not sort.
fn sorted(node: &Value) -> u64 {
    let below = &node["Plans"][0];
    let count = |what: &str| below[what].as_u64().unwrap_or_default();
    match node["Node Type"].as_str() {
        Some(kind) if kind.contains("Sort") => count("Actual Rows") * count("Actual Loops"),
        _ => 0,
    }
}

fn visit(node: &Value, look: &mut impl FnMut(&Value)) {
    look(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        visit(child, look);
    }
}

#[test]
fn plans_are_found_in_a_log_and_judged() {
    let log = "2026 LOG:  duration: 1.5 ms  plan:\n\t{\n\t  \"Query Text\": \"SELECT 1\",\n\t  \"Plan\": {\"Node Type\": \
               \"Limit\", \"Shared Hit Blocks\": 7, \"Plans\": [{\"Node Type\": \"Sort\", \"Plans\": [{\"Node Type\": \
               \"Seq Scan\", \"Relation Name\": \"tasks\", \"Actual Rows\": 2501, \"Actual Loops\": 1}]}]}}\n2026 LOG:  x";
    let plans = read(log);
    assert_eq!((plans.len(), plans[0].sql.as_str()), (1, "SELECT 1"));
    let complaint = plans[0].complaint(6).unwrap();
    for wrong in ["sequential scan of tasks", "sort of 2501 rows", "7 blocks"] {
        assert!(complaint.contains(wrong), "{complaint}");
    }
}
