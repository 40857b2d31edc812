package runnertest

import (
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
)

// Images serves an empty registry of container images until the test ends, and gives its name as images have it: localhost:PORT.
func Images(t testing.TB) string {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http://127.0.0.1", "localhost", 1)
}
