//go:build faults

// Package faults_test tests what becomes of runs when the world around them fails: a matrix of faults, each with what must happen
// to the run, to the next call that asks the same, and to what is left. Everything is real: processes of the dit command, a pipeline
// of the Beam Python SDK, the sandbox with its SQL engine, and a worker that runs Dataflow jobs. Faults are the sandbox's rules, signals
// to processes, and pipelines that misbehave.
//
// One command, as root, with Go, unshare, ip and mount:
//
//	DIT_SANDBOX_ENGINE='python /opt/engine/serve.py' DIT_TEST_BEAM_PYTHON=/venv/bin/python go test -tags faults -timeout 30m ./tests/faults
//
// DIT_SANDBOX_ENGINE is the command that starts the engine, DIT_TEST_BEAM_PYTHON a Python with apache-beam[gcp]==2.71.0. The test
// builds dit and the sandbox, and runs itself once more in network and mount namespaces of its own, where Google's host names lead
// to the sandbox.
package faults_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"cloud.google.com/go/bigquery"
	dataflow "google.golang.org/api/dataflow/v1b3"
)

// The environment: the two things that cannot be built here, and the directory of a test that runs in its namespaces.
const (
	engineVariable = "DIT_SANDBOX_ENGINE"
	pythonVariable = "DIT_TEST_BEAM_PYTHON"
	insideVariable = "DIT_TEST_INSIDE"
)

const project = "dit-sandbox"

// world is what the tests share.
var world struct {
	// dir has the binaries, the sandbox's data and its logs.
	dir, dit string
	// sandbox and worker are the processes; a test that restarts one runs alone.
	sandbox, worker *exec.Cmd
	client          *bigquery.Client
	jobs            *dataflow.Service
	// sources is the file with the state of the table that all pipelines read.
	sources string
}

// ctx is for what belongs to no test.
func ctx() context.Context { return context.Background() }

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	for _, name := range []string{engineVariable, pythonVariable} {
		if os.Getenv(name) == "" {
			return 1, fmt.Errorf("%s is not set; see the package's comment", name)
		}
	}
	if dir := os.Getenv(insideVariable); dir != "" {
		return inside(m, dir)
	}
	dir, err := os.MkdirTemp("", "dit-faults-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	for _, build := range []*exec.Cmd{
		exec.Command("go", "build", "-o", filepath.Join(dir, "dit"), "github.com/GlobalFishingWatch/dit/cmd/dit"),
		exec.Command("go", "build", "-C", "../../sandbox", "-o", filepath.Join(dir, "sandbox"), "."),
	} {
		if out, err := build.CombinedOutput(); err != nil {
			return 1, fmt.Errorf("%s: %w\n%s", build, err, out)
		}
	}
	again := exec.Command("unshare", append([]string{"--net", "--mount", "--propagation", "private", os.Args[0]}, os.Args[1:]...)...)
	again.Stdout, again.Stderr, again.Env = os.Stdout, os.Stderr, append(os.Environ(), insideVariable+"="+dir)
	again.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := again.Run(); again.ProcessState == nil {
		return 1, err
	}
	return again.ProcessState.ExitCode(), nil
}

// atOnce is how many faults are tried at the same time, unless -parallel says otherwise: most of a run is waiting.
const atOnce = "6"

// inside runs the tests between the start and the end of a sandbox.
func inside(m *testing.M, dir string) (int, error) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		_ = flag.Set("test.parallel", atOnce)
	}
	world.dir, world.dit = dir, filepath.Join(dir, "dit")
	if err := enter(); err != nil {
		return 1, err
	}
	defer stop()
	if err := startSandbox(); err != nil {
		return 1, err
	}
	if err := startWorker(); err != nil {
		return 1, err
	}
	if err := prepare(); err != nil {
		return 1, err
	}
	defer world.client.Close()
	code := m.Run()
	if code != 0 {
		for _, name := range []string{"sandbox.log", "worker.log"} {
			fmt.Fprintf(os.Stderr, "--- the end of %s\n%s\n", name, end(filepath.Join(dir, name), 4000))
		}
	}
	return code, nil
}

// end is the last part of a file.
func end(file string, most int) []byte {
	text, err := os.ReadFile(file)
	if err != nil {
		return []byte(err.Error())
	}
	return text[max(0, len(text)-most):]
}
