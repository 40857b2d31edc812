package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// loadDescriptor takes the built-in descriptor of that name, or the caller's own file.
func loadDescriptor(ctx context.Context, name string, file *dagger.File) (*workflows.Descriptor, error) {
	switch {
	case name != "" && file != nil:
		return nil, exit(workflows.ExitArguments, "--pipeline and --descriptor exclude each other; give one of them")
	case file != nil:
		path, err := file.Name(ctx)
		if err != nil {
			return nil, exit(workflows.ExitArguments, "--descriptor: "+err.Error())
		}
		text, err := file.Contents(ctx)
		if err != nil {
			return nil, exit(workflows.ExitArguments, "--descriptor: "+err.Error())
		}
		d, err := workflows.ParseDescriptor(path, []byte(text))
		if err != nil {
			return nil, exit(workflows.ExitArguments, err.Error())
		}
		return d, nil
	case strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"):
		return nil, exit(workflows.ExitArguments, fmt.Sprintf("--pipeline takes a name and %q is a file; write --descriptor=%s", name, name))
	default:
		d, err := workflows.Builtin(name)
		if err != nil {
			return nil, exit(workflows.ExitArguments, err.Error())
		}
		return d, nil
	}
}

// dataflow are the settings of Dataflow with the image of its workers.
func (m *Dit) dataflow(workerImage string) workflows.Dataflow {
	d := m.Dataflow
	return workflows.Dataflow{Region: d.Region, TempLocation: m.TempLocation, StagingLocation: d.StagingLocation, ServiceAccount: d.ServiceAccount,
		Subnetwork: d.Subnetwork, MachineType: d.MachineType, MaxWorkers: d.MaxWorkers, JobTimeout: d.JobTimeout, StuckAfter: d.StuckAfter,
		CancelStuck: d.CancelStuck, WorkerImage: workerImage}
}

func oneOf(name, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return exit(workflows.ExitArguments, fmt.Sprintf("--%s %q: want %s", name, value, strings.Join(allowed, ", ")))
}

// newRunID is 12 hexadecimal digits that no other call has.
func newRunID() string {
	var b [6]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
