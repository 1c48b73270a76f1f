// Serves images of a layout over TLS, from memory:
//
//	registry ADDRESS CERTIFICATE KEY [LAYOUT TAG NAME]
//
// The layout's image with this tag gets the name, such as you/todo-backend:0.1.0, and what refers to it comes along.
package main

import (
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

const refName = "org.opencontainers.image.ref.name"

// direct calls a handler without a network.
type direct struct{ http.Handler }

func (d direct) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body == nil {
		request.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	d.ServeHTTP(answer, request)
	response := answer.Result()
	response.Request = request
	return response, nil
}

func load(handler http.Handler, folder, tag, image string) error {
	index, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		return err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return err
	}
	tagged, err := name.NewTag("registry.invalid/" + image)
	if err != nil {
		return err
	}
	var found bool
	for _, one := range manifest.Manifests {
		var reference name.Reference = tagged.Context().Digest(one.Digest.String())
		if one.Annotations[refName] == tag {
			reference, found = tagged, true
		}
		if err := push(handler, index, one.Digest, reference); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("no %s in %s", tag, folder)
	}
	return nil
}

func push(handler http.Handler, index v1.ImageIndex, digest v1.Hash, reference name.Reference) error {
	image, err := index.Image(digest)
	if err != nil {
		return err
	}
	return remote.Write(reference, image, remote.WithTransport(direct{handler}))
}

func main() {
	handler := registry.New(registry.WithReferrersSupport(true))
	if len(os.Args) == 7 {
		if err := load(handler, os.Args[4], os.Args[5], os.Args[6]); err != nil {
			log.Fatal(err)
		}
	} else if len(os.Args) != 4 {
		log.Fatal("usage: registry ADDRESS CERTIFICATE KEY [LAYOUT TAG NAME]")
	}
	log.Fatal(http.ListenAndServeTLS(os.Args[1], os.Args[2], os.Args[3], handler))
}
