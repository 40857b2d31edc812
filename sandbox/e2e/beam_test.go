//go:build beam

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestBeamPipelineUnmodified runs testdata/pipeline.py, which knows nothing of a sandbox, on both runners.
func TestBeamPipelineUnmodified(t *testing.T) {
	for _, runner := range []string{"DirectRunner", "DataflowRunner"} {
		t.Run(runner, func(t *testing.T) { beam(t, "testdata/pipeline.py", "--runner="+runner) })
	}
}

// TestBeamUnderFaults runs the same pipeline while the sandbox fails, cuts connections and loses rows.
func TestBeamUnderFaults(t *testing.T) { beam(t, "testdata/faults.py", "--runner=DirectRunner") }

// beam runs a program with Google's host names leading to a sandbox. It needs root (namespaces), the
// engine in DIT_SANDBOX_ENGINE and a Python with apache-beam[gcp] 2.71 in DIT_SANDBOX_BEAM.
func beam(t *testing.T, program string, args ...string) {
	t.Helper()
	python := os.Getenv("DIT_SANDBOX_BEAM")
	if python == "" || os.Getenv("DIT_SANDBOX_ENGINE") == "" {
		t.Fatal("set DIT_SANDBOX_BEAM to a python with apache-beam[gcp]==2.71.0, and DIT_SANDBOX_ENGINE to the engine's command")
	}
	work := t.TempDir()
	binary := filepath.Join(work, "sandbox")
	if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
		t.Fatalf("build the sandbox: %v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), "unshare", append([]string{"-n", "-m", "--propagation", "private",
		"testdata/beam.sh", binary, python, program, work}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "ALL OK") {
		t.Fatalf("the pipeline failed: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "BEAM ") {
			t.Log(strings.TrimSpace(line))
		}
	}
}
