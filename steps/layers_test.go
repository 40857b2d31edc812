package steps

import (
	"os/exec"
	"strings"
	"testing"
)

// The libraries serve programs without Dagger too: none may import its SDK, generated code or the facade.
func TestLibrariesKnowNothingOfDagger(t *testing.T) {
	const module = "github.com/GlobalFishingWatch/dit"
	out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}}", "../bq/...", "../cache/...", "../compare/...", "../gitref/...",
		"../runners/...", "../samples/...", "../snapshot/...", "../steps/...", "../workflows/...", "../cmd/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if path == module || strings.HasPrefix(path, module+"/internal/") || strings.HasPrefix(path, "dagger.io/") {
			t.Errorf("a library depends on %s", path)
		}
	}
}
