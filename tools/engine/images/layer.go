package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// tarLayer is an image layer that is a plain tar file on disk. It is not
// compressed: the images never leave the machine, and compressing them takes
// longer than everything else that is done with them.
type tarLayer struct {
	path   string
	digest v1.Hash
	size   int64
}

// newTarLayer reads the file once to learn its digest and size.
func newTarLayer(path string) (*tarLayer, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, file)
	if err != nil {
		return nil, err
	}
	digest := v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(sum.Sum(nil))}
	return &tarLayer{path: path, digest: digest, size: size}, nil
}

// Digest returns the digest of the tar file.
func (l *tarLayer) Digest() (v1.Hash, error) { return l.digest, nil }

// DiffID returns the digest of the uncompressed layer, which is the tar file.
func (l *tarLayer) DiffID() (v1.Hash, error) { return l.digest, nil }

// Compressed opens the layer as it is stored: the tar file.
func (l *tarLayer) Compressed() (io.ReadCloser, error) { return os.Open(l.path) }

// Uncompressed opens the tar file.
func (l *tarLayer) Uncompressed() (io.ReadCloser, error) { return os.Open(l.path) }

// Size returns the size of the tar file in bytes.
func (l *tarLayer) Size() (int64, error) { return l.size, nil }

// MediaType returns the type of an uncompressed layer.
func (l *tarLayer) MediaType() (types.MediaType, error) { return types.OCIUncompressedLayer, nil }
