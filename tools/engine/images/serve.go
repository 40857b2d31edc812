package main

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// serve answers as a registry for the images of the layout dir until the
// process ends. If the port of address is taken, any free port of the same
// host is used; addressFile receives the one that was chosen.
func serve(dir, address, addressFile string) error {
	handler, err := registryOf(dir)
	if err != nil {
		return fmt.Errorf("read images of %s: %w", dir, err)
	}
	listener, err := listen(address)
	if err != nil {
		return err
	}
	chosen := listener.Addr().String()
	if err := writeFile(addressFile, chosen+"\n"); err != nil {
		return err
	}
	log.Printf("serving %s on %s", dir, chosen)
	return http.Serve(listener, handler)
}

func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return listener, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

// writeFile replaces a file in one step, so that a reader never sees half.
func writeFile(path, text string) error {
	if err := os.WriteFile(path+".new", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// registryOf returns a registry whose blobs are the layout's own files. Its
// manifests are kept in memory, so each one is put there as a client would.
func registryOf(dir string) (http.Handler, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		return nil, err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return nil, err
	}
	blobs := registry.NewDiskBlobHandler(filepath.Join(dir, "blobs"))
	handler := registry.New(registry.WithBlobHandler(blobs), registry.Logger(log.New(os.Stderr, "", 0)))
	for _, image := range manifest.Manifests {
		if name := image.Annotations[refName]; name != "" {
			if err := put(handler, dir, name, image); err != nil {
				return nil, err
			}
		}
	}
	return readOnly(handler), nil
}

func put(handler http.Handler, dir, name string, image v1.Descriptor) error {
	text, err := os.ReadFile(filepath.Join(dir, "blobs", image.Digest.Algorithm, image.Digest.Hex))
	if err != nil {
		return err
	}
	repository, tag, found := strings.Cut(name, ":")
	if !found {
		return fmt.Errorf("image name %q has no tag", name)
	}
	request := httptest.NewRequest(http.MethodPut, "/v2/"+repository+"/manifests/"+tag, bytes.NewReader(text))
	request.Header.Set("Content-Type", string(image.MediaType))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	if answer.Code != http.StatusCreated {
		return fmt.Errorf("put manifest of %s: status %d: %s", name, answer.Code, answer.Body)
	}
	return nil
}

// readOnly refuses everything but reading: any process of the machine can
// reach the port.
func readOnly(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "this registry is read-only", http.StatusMethodNotAllowed)
			return
		}
		handler.ServeHTTP(w, r)
	})
}
