package main

import (
	"context"
	"errors"
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

// workersOf gives the workers for the plan. They must run what the submitter has installed: on the sandbox they are that very
// container, elsewhere the image is held against it.
func (m *Dit) workersOf(ctx context.Context, plan *workflows.Plan, pipeline *dagger.Container) (w workers, err error) {
	switch {
	case plan.Dataflow == nil:
		return w, nil
	case m.Credentials == nil:
		packages, err := pipeline.File(packagesPath).Contents(ctx)
		if err != nil {
			return w, err
		}
		w.image = fmt.Sprintf("sandbox/%s@sha256:%s", plan.Pipeline, workflows.Digest([]string{plan.Commit, packages}))
		w.service = pipeline.WithFile("/usr/local/bin/sandbox", sandboxBinary()).With(m.withCloud).
			WithExposedPort(workersPort).
			AsService(dagger.ContainerAsServiceOpts{Args: []string{"sandbox", "worker", "--image", w.image, "--listen", fmt.Sprintf(":%d", workersPort)}})
		return w, nil
	case plan.Dataflow.WorkerImage == "":
		return w, nil
	}
	if w.image, err = dag.Container().From(plan.Dataflow.WorkerImage).ImageRef(ctx); err != nil {
		return w, exit(workflows.ExitArguments, fmt.Sprintf("worker image %s cannot be read: %v; give one that exists, and that this machine may read too", plan.Dataflow.WorkerImage, err))
	}
	return w, sameBeam(ctx, w.image, pipeline)
}

// workersPort is where the sandbox's workers say that they are there.
const workersPort = 8099

// sameBeam refuses workers with another Beam than the submitter has: what one of them has pickled the other may read as something else.
func sameBeam(ctx context.Context, image string, pipeline *dagger.Container) error {
	ask := []string{"python3", "-c", "import importlib.metadata as m, sys; print(m.version('apache-beam'), '%d.%d' % sys.version_info[:2])"}
	ours, err := pipeline.WithExec(ask).Stdout(ctx)
	if err != nil {
		return stepError(err)
	}
	theirs, err := dag.Container().From(image).WithoutEntrypoint().WithExec(ask).Stdout(ctx)
	var failed *dagger.ExecError
	if errors.As(err, &failed) {
		return exit(workflows.ExitArguments, fmt.Sprintf("worker image %s has no Python with Apache Beam: %s", image, tail(failed.Stderr, 3)))
	} else if err != nil {
		return err
	}
	if ours != theirs {
		return exit(workflows.ExitArguments, fmt.Sprintf("worker image %s has Beam and Python %s, the pipeline is submitted with %s: both must be the same",
			image, strings.TrimSpace(theirs), strings.TrimSpace(ours)))
	}
	return nil
}
