package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// refName is the annotation that carries an image's name in a layout's index.
const refName = "org.opencontainers.image.ref.name"

// recipe says what one image consists of. A file of recipes is a JSON list.
type recipe struct {
	// Names under which the registry serves the image, as in
	// library/debian:bookworm-slim. An image without a name is not served.
	Names []string `json:"names"`
	// Layers are tar files, the lowest first.
	Layers []string `json:"layers"`
	// Env, Cmd and WorkingDir are the image's defaults.
	Env        []string `json:"env"`
	Cmd        []string `json:"cmd"`
	WorkingDir string   `json:"workdir"`
	// DigestFile, if set, receives the digest of the image's manifest.
	DigestFile string `json:"digestFile"`
}

// pack reads a file of recipes and writes their images into a new OCI layout
// in the folder dir. Layers that images share are stored once.
func pack(dir, recipes string) error {
	text, err := os.ReadFile(recipes)
	if err != nil {
		return err
	}
	var list []recipe
	if err := json.Unmarshal(text, &list); err != nil {
		return fmt.Errorf("read %s: %w", recipes, err)
	}
	out, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	layers := map[string]*tarLayer{}
	for _, r := range list {
		image, err := r.image(layers)
		if err != nil {
			return fmt.Errorf("make image %v: %w", r.Names, err)
		}
		if err := r.store(out, image); err != nil {
			return fmt.Errorf("store image %v in %s: %w", r.Names, dir, err)
		}
	}
	return nil
}

// image builds the image; layers remembers the tar files already measured.
func (r recipe) image(layers map[string]*tarLayer) (v1.Image, error) {
	image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	image = mutate.ConfigMediaType(image, types.OCIConfigJSON)
	image, err := mutate.ConfigFile(image, &v1.ConfigFile{
		OS:           "linux",
		Architecture: runtime.GOARCH,
		RootFS:       v1.RootFS{Type: "layers"},
		Config:       v1.Config{Env: r.Env, Cmd: r.Cmd, WorkingDir: r.WorkingDir},
	})
	if err != nil {
		return nil, err
	}
	for _, path := range r.Layers {
		if layers[path] == nil {
			if layers[path], err = newTarLayer(path); err != nil {
				return nil, err
			}
		}
		image, err = mutate.Append(image, mutate.Addendum{
			Layer:     layers[path],
			MediaType: types.OCIUncompressedLayer,
			History:   v1.History{CreatedBy: filepath.Base(path)},
		})
		if err != nil {
			return nil, err
		}
	}
	return image, nil
}

// store writes the image's blobs, one index entry for each name, and the
// digest file.
func (r recipe) store(out layout.Path, image v1.Image) error {
	if err := out.WriteImage(image); err != nil {
		return err
	}
	for _, name := range r.Names {
		named := layout.WithAnnotations(map[string]string{refName: name})
		if err := out.AppendImage(image, named); err != nil {
			return err
		}
	}
	if r.DigestFile == "" {
		return nil
	}
	digest, err := image.Digest()
	if err != nil {
		return err
	}
	return os.WriteFile(r.DigestFile, []byte(digest.String()+"\n"), 0o644)
}
