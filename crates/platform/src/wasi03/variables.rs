//! `spin:variables@3.0.0`, called as if it were not async: the value is there, or a provider is asked for it, and then the
//! other requests of the instance wait too. spin-sdk has it async only.

use std::fmt::Display;
use wasip3::wit_bindgen;

wit_bindgen::generate!({
    inline: "
        package todo:platform;

        world variables {
            import spin:variables/variables@3.0.0;
        }

        package spin:variables@3.0.0 {
            interface variables {
                get: async func(name: string) -> result<string, error>;

                variant error {
                    invalid-name(string),
                    undefined(string),
                    provider(string),
                    other(string),
                }
            }
        }
    ",
    runtime_path: "wasip3::wit_bindgen::rt",
    generate_all,
    async: false,
});

use spin::variables::variables;

/// The value, or why there is none.
pub(crate) fn get(name: &str) -> Result<String, impl Display> {
    variables::get(name)
}
