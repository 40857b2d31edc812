//go:build e2e

package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// What one call installs otherwise is installed, is another run to the cache, and is refused where it cannot be.
func TestInstalledOtherwise(t *testing.T) {
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return "--constraints=" + path
	}
	question := []string{"mode-equivalence", "--pipeline=sample-gaps", "--ref=main", "--modes=bf", "--dest-dataset=" + fmt.Sprint("install_", time.Now().UnixNano())}
	for _, c := range []struct {
		flags []string
		code  int
		want  []string
	}{
		{[]string{"--python=3"}, 2, []string{"--python", "3.11"}},
		{[]string{"--beam=2.72"}, 2, []string{"--beam", "2.71.0"}},
		{[]string{file("empty.txt", "# none\n")}, 2, []string{"--constraints", "empty.txt"}},
		{[]string{"--beam=2.72.0"}, 4, []string{"installing the pipeline failed", "apache-beam==2.72.0"}},
		{[]string{file("older.txt", "# an older one\napache-beam==2.70.0\n")}, 4, []string{"installing the pipeline failed", "apache-beam==2.70.0"}},
		{[]string{"--full-deps"}, 0, []string{"0 of 1 runs from the cache"}},
		{nil, 0, []string{"MISS", "environment", "0 of 1 runs from the cache"}},
	} {
		dagger(t, append(append([]string{"-m", "..", "call"}, c.flags...), question...)...).want(t, c.code, c.want...)
	}
}
