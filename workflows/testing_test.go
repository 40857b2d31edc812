package workflows

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), rewrite with -update when that is meant:\n%s", path, diff)
	}
}

// arguments are good ones, for a test to spoil.
func arguments() Arguments {
	return Arguments{Ref: "main", RunID: "0123456789ab", Project: "dit-sandbox", DestDataset: "dit", Runner: DirectRunner, Sandbox: true}
}

func sample(t *testing.T) *Descriptor {
	t.Helper()
	d, err := Builtin("sample-gaps")
	if err != nil {
		t.Fatal(err)
	}
	return d
}
