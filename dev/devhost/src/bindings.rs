//! The Rust side of the interfaces in `wit/`, generated. The implementations are in `variables`, `sqlite` and `postgres`.

wasmtime::component::bindgen!({
    path: "wit",
    world: "provided",
    imports: { default: async | trappable },
    with: {
        "spin:sqlite/sqlite.connection": crate::sqlite::connection::Connection,
        "spin:postgres/postgres.connection": crate::postgres::pool::Connection,
    },
    require_store_data_send: true,
});
