package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// workers are who runs the code of Dataflow's jobs: an image, with its digest, and on the sandbox a service of that image. Both are
// empty where there are no workers, and the image where Beam chooses it.
type workers struct {
	image   string
	service *dagger.Service
}

// pinned is the image that was given for the workers, with the digest that its name has now; empty without one.
func (m *Dit) pinned(ctx context.Context, given string) (string, error) {
	if given == "" {
		return "", nil
	}
	image, err := m.from(given).ImageRef(ctx)
	if err != nil {
		return "", exit(workflows.ExitArguments, fmt.Sprintf("worker image %s cannot be read: %v; give one that exists, and that this machine may read too", given, err))
	}
	return image, nil
}

// workersOf gives the workers for a version: those of the pinned image, which is held against what submits the jobs. Without one they
// are Beam's own and, on the sandbox, run in the pipeline's environment itself.
func (m *Dit) workersOf(ctx context.Context, plan *workflows.Plan, commit, packages string, pipeline *dagger.Container, image string) (w workers, err error) {
	if plan.Dataflow == nil {
		return w, nil
	}
	w.image = image
	container := pipeline
	if image != "" {
		container = m.from(image)
		if err := checkWorkers(ctx, image, container, commit, pipeline); err != nil {
			return w, err
		}
	}
	if m.Credentials != nil {
		return w, nil
	}
	if w.image == "" {
		w.image = fmt.Sprintf("sandbox/%s@sha256:%s", plan.Pipeline, workflows.Digest([]string{commit, packages}))
	}
	w.service = container.WithoutEntrypoint().WithFile("/usr/local/bin/sandbox", sandboxBinary()).With(m.withCloud).
		WithExposedPort(workersPort).
		AsService(dagger.ContainerAsServiceOpts{Args: []string{"sandbox", "worker", "--image", w.image, "--listen", fmt.Sprintf(":%d", workersPort)}})
	return w, nil
}

// workersPort is where the sandbox's workers say that they are there.
const workersPort = 8099

// from is an image of a registry that may ask who wants it.
func (m *Dit) from(image string) *dagger.Container {
	c := dag.Container()
	if host, _, _ := strings.Cut(image, "/"); m.RegistryToken != nil {
		c = c.WithRegistryAuth(host, m.RegistryUser, m.RegistryToken)
	}
	return c.From(image)
}
