//! The Rust side of the interfaces in `wit/`, generated. The implementations are in `variables`, `sqlite` and `postgres`.

wasmtime::component::bindgen!({
    path: "wit",
    world: "provided",
    imports: { default: async | trappable },
    with: {
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
        "spin:postgres/postgres.connection": crate::postgres::Connection,
    },
    require_store_data_send: true,
});
