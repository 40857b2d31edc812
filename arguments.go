package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// loadDescriptor takes the built-in descriptor of that name, or the caller's own file, with what this call installs otherwise.
func (m *Dit) loadDescriptor(ctx context.Context, name string, file *dagger.File) (*workflows.Descriptor, error) {
	var d *workflows.Descriptor
	var err error
	switch {
	case name != "" && file != nil:
		err = errors.New("--pipeline and --descriptor exclude each other; give one of them")
	case file != nil:
		d, err = readFile(ctx, "--descriptor", file, workflows.ParseDescriptor)
	case strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"):
		err = fmt.Errorf("--pipeline takes a name and %q is a file; write --descriptor=%s", name, name)
	default:
		d, err = workflows.Builtin(name)
	}
	changes := workflows.InstallChanges{Python: m.Install.Python, Beam: m.Install.Beam, FullDeps: m.Install.FullDeps}
	if err == nil && m.Install.Constraints != nil {
		changes.Constraints, err = readFile(ctx, "--constraints", m.Install.Constraints, workflows.ParseConstraints)
	}
	if err == nil {
		d, err = d.Installed(changes)
	}
	if err != nil {
		return nil, exit(workflows.ExitArguments, err.Error())
	}
	return d, nil
}

// readFile is what parse makes of a file that was given with the flag; parse's errors name the file.
func readFile[T any](ctx context.Context, flag string, file *dagger.File, parse func(name string, text []byte) (T, error)) (parsed T, err error) {
	name, err := file.Name(ctx)
	var text string
	if err == nil {
		text, err = file.Contents(ctx)
	}
	if err != nil {
		return parsed, fmt.Errorf("%s: %w", flag, err)
	}
	return parse(name, []byte(text))
}

// settings are the flags of this call that say where its tables are and, on the sandbox, what they are made of.
func (m *Dit) settings() []string {
	flags := []string{"--location=" + m.Location}
	if m.Credentials == nil {
		flags = append(flags, fmt.Sprintf("--vessels=%d", m.Data.Vessels), fmt.Sprintf("--days=%d", m.Data.Days), fmt.Sprintf("--seed=%d", m.Data.Seed), "--sandbox-data="+m.SandboxData)
	}
	return flags
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
