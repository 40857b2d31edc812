package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// The sample pipeline's own tests, at main.
// +check
// +cache="session"
func (m *Dit) TestSample(ctx context.Context) (string, error) {
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		return "", err
	}
	r, err := m.repository(d, nil, "")
	if err != nil {
		return "", err
	}
	commit, err := m.resolve(ctx, r, "main")
	if err != nil {
		return "", err
	}
	c, err := install(ctx, d, m.tree(r, commit))
	if err != nil {
		return "", err
	}
	return c.WithExec([]string{"uv", "pip", "install", "-q", "pytest==8.4.2"}).
		WithExec([]string{"python", "-m", "pytest", "-q", "tests"}).Stdout(ctx)
}

// The sandbox's own tests: official clients, kills and random writes against the real engine, and a Beam pipeline that knows
// nothing of a sandbox.
// +check
// +cache="session"
func (m *Dit) TestSandbox(
	ctx context.Context,
	// The sandbox's source with its tests.
	// +defaultPath="/sandbox"
	source *dagger.Directory,
) (string, error) {
	return sandboxEngine().
		WithMountedCache("/root/.cache/pip", dag.CacheVolume("dit-pip")).
		WithExec([]string{"sh", "-c", "python3 -m venv /opt/beam && /opt/beam/bin/pip install -q 'apache-beam[gcp,dill]==2.71.0' setuptools wheel"}).
		WithoutMount("/root/.cache/pip").
		With(apt([]string{"git", "iproute2", "procps"})).
		WithDirectory("/usr/local/go", dag.Container().From(goImage).Directory("/usr/local/go")).
		WithEnvVariable("PATH", "/usr/local/go/bin:$PATH", dagger.ContainerWithEnvVariableOpts{Expand: true}).
		WithEnvVariable("CGO_ENABLED", "0").
		WithEnvVariable("GOTOOLCHAIN", "local").
		WithEnvVariable("GOFLAGS", "-buildvcs=false").
		WithMountedCache("/root/go/pkg/mod", dag.CacheVolume("dit-go-modules")).
		WithMountedCache("/root/.cache/go-build", dag.CacheVolume("dit-go-build")).
		WithEnvVariable("DIT_SANDBOX_ENGINE", "/opt/engine/venv/bin/python /opt/engine/serve.py").
		WithEnvVariable("DIT_SANDBOX_BEAM", "/opt/beam/bin/python").
		WithDirectory("/src", source).
		WithWorkdir("/src").
		// The Beam test gives Google's host names to the sandbox in a network namespace of its own, which takes the capability.
		WithExec([]string{"go", "test", "-tags", "sandbox beam", "-count=1", "-timeout", "20m", "-v", "./..."},
			dagger.ContainerWithExecOpts{InsecureRootCapabilities: true}).
		Stdout(ctx)
}
