//go:build engine

package engine_test

import (
	"strings"
	"testing"
)

// TestAnotherFoldersBridge checks that an engine takes the address range of its own last one again, and never that of another
// folder's, whose number may be the same.
func TestAnotherFoldersBridge(t *testing.T) {
	variables := []string{"DIT_ENGINE_HOME=" + t.TempDir()}
	choose := func(before string) string {
		t.Helper()
		got := shell(t, variables, `mkdir -p "$run"; `+before+`; choose_network; cat "$run/network"`)
		if got.code != 0 {
			t.Fatal(got.stderr)
		}
		return strings.TrimSpace(got.stdout)
	}
	first := choose(":")
	name, subnet, _ := strings.Cut(first, " ")
	t.Cleanup(func() { run(t, nil, "ip", "link", "delete", name+"0") })
	for _, args := range [][]string{
		{"link", "add", name + "0", "type", "bridge"},
		{"address", "add", strings.Replace(subnet, ".0/16", ".1/16", 1), "dev", name + "0"},
		{"link", "set", name + "0", "up"},
	} {
		if got := run(t, nil, "ip", args...); got.code != 0 {
			t.Fatalf("ip %v: %s", args, got.stderr)
		}
	}
	if again := choose(":"); again != first {
		t.Errorf("after its own bridge was left: %s, want %s again", again, first)
	}
	if other := choose(`rm "$run/network"`); other == first {
		t.Errorf("%s was taken, which is another folder's", other)
	}
}
