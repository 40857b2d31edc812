package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// revisionLabel is where an image says of which commit it is.
const revisionLabel = "org.opencontainers.image.revision"

// Builds the image that Dataflow's workers run for a pipeline at a ref, and pushes it; prints its name with the digest, as
// --worker-image takes it.
//
// The image is the pipeline's own environment, as dit installs it to submit jobs, with Beam's worker program in it. It is tagged by
// the commit, and labelled with it: dit refuses to run another commit with it. Pushing the same again changes nothing.
//
// Example:
//
//	dagger call --registry-token=cmd:"gcloud auth print-access-token" \
//	  worker-image --pipeline=sample-gaps --ref=main --registry=us-docker.pkg.dev/my-project/my-images
//
// +cache="never"
func (m *Dit) WorkerImage(
	ctx context.Context,
	// Name of a built-in pipeline; see the function pipelines.
	// +optional
	pipeline string,
	// A pipeline descriptor of your own, a YAML file, instead of a built-in one; docs/pipelines.md explains its fields.
	// +optional
	descriptor *dagger.File,
	// Branch, tag or full commit of the pipeline.
	ref string,
	// Directory with a git repository to take the pipeline from, instead of the descriptor's repository.
	// +optional
	repo *dagger.Directory,
	// URL of a git repository to take the pipeline from, instead of the descriptor's.
	// +optional
	repoUrl string,
	// Registry, with the path under which the image goes: host/path.
	registry string,
) (string, error) {
	if err := m.notExplaining(); err != nil {
		return "", err
	}
	d, err := m.loadDescriptor(ctx, pipeline, descriptor)
	if err != nil {
		return "", err
	}
	if d.Install.Beam == "" {
		return "", exit(workflows.ExitArguments, fmt.Sprintf("pipeline %s: its descriptor names no Beam (install.beam), so it has no workers", d.Name))
	}
	if err := workflows.CheckRegistry(registry); err != nil {
		return "", exit(workflows.ExitArguments, err.Error())
	}
	repository, err := m.repository(d, repo, repoUrl)
	if err != nil {
		return "", err
	}
	commit, err := m.resolve(ctx, repository, ref)
	if err != nil {
		return "", err
	}
	environment, err := install(ctx, d, m.tree(repository, commit))
	if err != nil {
		return "", err
	}
	image := environment.
		WithExec([]string{"/opt/uv/bin/uv", "pip", "install", "-q", "pip"}). // Beam's program installs with it what a job has staged
		WithFile("/opt/apache/beam/boot", beamBoot(d.Install.Beam)).
		WithEnvVariable("RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT", "1").
		WithLabel(revisionLabel, commit).
		WithEntrypoint([]string{"/opt/apache/beam/boot"})
	if m.RegistryToken != nil {
		host, _, _ := strings.Cut(registry, "/")
		image = image.WithRegistryAuth(host, m.RegistryUser, m.RegistryToken)
	}
	address := fmt.Sprintf("%s/%s:dit-%s", strings.TrimSuffix(registry, "/"), d.Name, commit)
	name, err := image.Publish(ctx, address)
	if err != nil {
		return "", exit(workflows.ExitInfrastructure, fmt.Sprintf("push %s: %v; give --registry-token if the registry asks who you are", address, err))
	}
	return name, nil
}

// beamBoot is the program that Dataflow starts in a worker's container, of that version of Beam.
func beamBoot(version string) *dagger.File {
	return compiler(dag.Directory()).
		WithExec([]string{"go", "install", "github.com/apache/beam/sdks/v2/python/container@v" + version}).
		File("/go/bin/container")
}

// checkWorkers refuses an image that is of another commit than the pipeline, where it says of which it is, and one with another
// Beam or Python: what one of both has pickled the other may read as something else.
func checkWorkers(ctx context.Context, image string, worker *dagger.Container, commit string, pipeline *dagger.Container) error {
	revision, err := worker.Label(ctx, revisionLabel)
	if err != nil {
		return stepError(err)
	}
	if revision != "" && revision != commit {
		return exit(workflows.ExitArguments, fmt.Sprintf("worker image %s is of commit %s, and the pipeline is submitted at %s: workers would run other code than was asked for; "+
			"build one with: dagger call worker-image --ref=%s", image, revision, commit, commit))
	}
	ask := []string{"python3", "-c", "import importlib.metadata as m, sys; print(m.version('apache-beam'), '%d.%d' % sys.version_info[:2])"}
	ours, err := pipeline.WithExec(ask).Stdout(ctx)
	if err != nil {
		return stepError(err)
	}
	theirs, err := worker.WithoutEntrypoint().WithExec(ask).Stdout(ctx)
	if failed := failedExec(err); failed != nil {
		return exit(workflows.ExitArguments, fmt.Sprintf("worker image %s has no Python with Apache Beam: %s", image, tail(failed.Stderr, 3)))
	} else if err != nil {
		return stepError(err)
	}
	if ours != theirs {
		return exit(workflows.ExitArguments, fmt.Sprintf("worker image %s has Beam and Python %s, the pipeline is submitted with %s: both must be the same",
			image, strings.TrimSpace(theirs), strings.TrimSpace(ours)))
	}
	return nil
}
