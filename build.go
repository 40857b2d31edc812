package main

import (
	"path"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
)

// The public images everything is built on.
const (
	goImage  = "golang:1.26-bookworm"
	bookworm = "debian:bookworm-slim"
	trixie   = "debian:trixie-slim"
)

// compiler is a Go container with the module's source and caches that outlive it.
func compiler(source *dagger.Directory) *dagger.Container {
	return dag.Container().From(goImage).
		WithEnvVariable("CGO_ENABLED", "0").
		WithEnvVariable("GOFLAGS", "-buildvcs=false -trimpath").
		With(goCaches("/go/pkg/mod")).
		WithDirectory("/src", source).
		WithWorkdir("/src")
}

// goCaches are Go's own, which outlive a container; modules is where they are under its GOPATH.
func goCaches(modules string) dagger.WithContainerFunc {
	return func(c *dagger.Container) *dagger.Container {
		return c.WithMountedCache(modules, dag.CacheVolume("dit-go-modules")).
			WithMountedCache("/root/.cache/go-build", dag.CacheVolume("dit-go-build"))
	}
}

// ditBinary is the tool inside the containers.
func ditBinary() *dagger.File { return program("cmd/dit") }

// program is the binary of a command of this module, which is a directory.
func program(directory string) *dagger.File {
	source := dag.Directory().WithDirectory("/", dag.CurrentModule().Source(), dagger.DirectoryWithDirectoryOpts{
		Include: []string{"go.mod", "go.sum", "bq", "cache", "cmd", "compare", "gitref", "runners", "samples", "snapshot", "steps", "workflows"},
	})
	return compiler(source).
		WithExec([]string{"go", "build", "-o", "/out/" + path.Base(directory), "./" + directory}).
		File("/out/" + path.Base(directory))
}

// sandboxBinary is the front of the local Google Cloud, a Go module of its own.
func sandboxBinary() *dagger.File {
	return compiler(dag.CurrentModule().Source().Directory("sandbox")).
		WithExec([]string{"go", "build", "-o", "/out/sandbox", "."}).
		File("/out/sandbox")
}

// worker is a small container with the tool and nothing else: no pipeline, no Python, no way to Google Cloud.
func worker() *dagger.Container {
	return dag.Container().From(bookworm).With(apt([]string{"ca-certificates"})).With(quickStart).WithFile(toolPath, ditBinary())
}

// quickStart halves the start of each exec on a machine that has certificates of its own. The engine adds them to every
// container: by running this program before and after each exec where there is one, else by appending to the bundle.
func quickStart(c *dagger.Container) *dagger.Container {
	return c.WithoutFile("/usr/sbin/update-ca-certificates")
}

// toolPath is where dit is in every container.
const toolPath = "/usr/local/bin/dit"
