//! Hosts whose database an older version has left: the first migrations, and data in it.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::checkout::root;
use crate::database::Database;
use crate::local_host::{LocalHost, folder_for, started};

/// The last migration of that version. Migrations are only ever added, so these files are its schema.
const LANDED: u32 = 2;

impl LocalHost {
    /// Starts one with the local bus on the SQLite file that the first version of the schema and `data` make.
    #[track_caller]
    pub fn start_landed(name: &str, data: &str, variables: &[(&str, &str)]) -> Self {
        let start = || {
            let folder = folder_for(name)?;
            let state = folder.join("state");
            fs::create_dir_all(&state).map_err(|error| error.to_string())?;
            let file = Connection::open(state.join("sqlite_db.db"));
            for sql in landed("sqlite")?
                .iter()
                .map(|(_, sql)| sql.as_str())
                .chain([data])
            {
                let done = file.as_ref().map(|file| file.execute_batch(sql));
                done.map_err(ToString::to_string)?
                    .map_err(|error| error.to_string())?;
            }
            Self::launch_local(&folder, variables, None)
        };
        started(start())
    }

    /// Starts one with the local bus on the PostgreSQL that the first version of the schema, `data` and then a migration make.
    #[track_caller]
    pub fn start_landed_on_postgres(name: &str, data: &str, variables: &[(&str, &str)]) -> Self {
        let start = || {
            let folder = folder_for(name)?;
            let database = Database::try_landed(&folder, data)?;
            database.migrate(&root())?;
            Self::launch_local(&folder, variables, Some(database))
        };
        started(start())
    }
}

impl Database {
    /// A PostgreSQL as the first version of the schema and `data` make it.
    #[track_caller]
    pub fn landed(name: &str, data: &str) -> Self {
        let database = folder_for(name).and_then(|folder| Self::try_landed(&folder, data));
        database.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Brings it to the schema of today.
    #[track_caller]
    pub fn upgrade(&self) {
        if let Err(error) = self.migrate(&root()) {
            panic!("{error}");
        }
    }

    fn try_landed(folder: &Path, data: &str) -> Result<Self, String> {
        let files = folder.join("landed/migrations/postgres");
        fs::create_dir_all(&files).map_err(|error| error.to_string())?;
        let ours = root().join("migrations/postgres");
        for script in ["apply.sh", "apply.sql"] {
            let copied = fs::copy(ours.join(script), files.join(script));
            copied.map_err(|error| error.to_string())?;
        }
        for (name, sql) in landed("postgres")? {
            fs::write(files.join(name), sql).map_err(|error| error.to_string())?;
        }
        let database = Self::start_with(folder, &folder.join("landed"))?;
        database.sql(data);
        Ok(database)
    }
}

/// The migrations of that version, name and text, in order.
fn landed(database: &str) -> Result<Vec<(String, String)>, String> {
    let read = || -> std::io::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(root().join("migrations").join(database))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let number = name
                .split('_')
                .next()
                .and_then(|number| number.parse().ok());
            if number.is_some_and(|number: u32| number <= LANDED) {
                files.push((name.into_owned(), fs::read_to_string(&path)?));
            }
        }
        files.sort();
        Ok(files)
    };
    read().map_err(|error| error.to_string())
}
