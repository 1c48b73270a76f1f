// Command daprd is Dapr's own sidecar: its released module, built with every stable component.
//
// Dapr publishes no binary through a package registry, so the development stack builds it from Go modules. Build it with
// `-tags stablecomponents`; without the tag it knows no component and stops at start.
//
// One thing is added. Outside Kubernetes Dapr looks for other sidecars by multicast DNS, which listens on every network
// interface of the machine. Its own `nameformat` resolver asks nobody, but belongs to the components not yet called
// stable; registered here, a Configuration can choose it, and the sidecar stays on 127.0.0.1.
package main

import (
	"github.com/dapr/components-contrib/nameresolution/nameformat"
	"github.com/dapr/dapr/cmd/daprd/app"
	nameresolution "github.com/dapr/dapr/pkg/components/nameresolution"
)

func main() {
	nameresolution.DefaultRegistry.RegisterComponent(nameformat.NewResolver, "nameformat")
	app.Run()
}
