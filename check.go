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

// The sandbox's own tests: official clients, kills and random writes against the real engine, and Beam pipelines that know nothing
// of a sandbox, by the Beam that the sample pipeline has and by the newest.
// +check
// +cache="session"
func (m *Dit) TestSandbox(
	ctx context.Context,
	// The sandbox's source with its tests.
	// +defaultPath="/sandbox"
	source *dagger.Directory,
) (string, error) {
	const newest = "/opt/beam-newest"
	return proving().
		With(beamEnvironment(newest, "")).
		WithDirectory("/src", source).
		WithWorkdir("/src").
		WithEnvVariable("DIT_SANDBOX_ENGINE", "/opt/engine/venv/bin/python /src/engine/serve.py").
		// The Beam test gives Google's host names to the sandbox in a network namespace of its own, which takes the capability.
		WithExec([]string{"go", "test", "-tags", "sandbox beam", "-count=1", "-timeout", "20m", "-v", "./..."},
			dagger.ContainerWithExecOpts{InsecureRootCapabilities: true}).
		WithEnvVariable("DIT_SANDBOX_BEAM", newest+"/bin/python").
		WithExec([]string{"go", "test", "-tags", "beam", "-count=1", "-timeout", "20m", "-v", "-run", "TestBeamPipelineUnmodified|TestBatchJobIsDone", "./e2e", "./e2e/dataflow"},
			dagger.ContainerWithExecOpts{InsecureRootCapabilities: true}).
		Stdout(ctx)
}

// Dataflow's runner under faults of every kind: real jobs of a real pipeline, by real processes of dit, on a sandbox that fails when
// it is told to.
// +check
// +cache="session"
func (m *Dit) TestFaults(
	ctx context.Context,
	// dit's source with its tests.
	// +defaultPath="/"
	// +ignore=["*", "!go.mod", "!go.sum", "!bq", "!cache", "!cmd", "!compare", "!gitref", "!runners", "!samples", "!sandbox", "!snapshot", "!steps", "!tests/faults", "!workflows"]
	source *dagger.Directory,
) (string, error) {
	return proving().
		WithEnvVariable("DIT_TEST_BEAM_PYTHON", beamPath+"/bin/python").
		WithEnvVariable("DIT_SANDBOX_ENGINE", "/opt/engine/venv/bin/python /src/sandbox/engine/serve.py").
		WithDirectory("/src", source).
		WithWorkdir("/src").
		WithExec([]string{"go", "test", "-tags", "faults", "-count=1", "-timeout", "30m", "-v", "./tests/faults"},
			dagger.ContainerWithExecOpts{InsecureRootCapabilities: true}).
		Stdout(ctx)
}

// beamPath is where the tests' Beam is, the same version as the sample pipeline's.
const beamPath = "/opt/beam"

// proving is a container for tests that need all at once: what the sandbox's SQL engine needs, Beam, and Go. The engine is the one of the
// source that is tested.
func proving() *dagger.Container {
	return engineGround().
		With(beamEnvironment(beamPath, "==2.71.0")).
		With(apt([]string{"git", "iproute2", "openssl", "procps"})).
		WithDirectory("/usr/local/go", dag.Container().From(goImage).Directory("/usr/local/go")).
		WithEnvVariable("PATH", "/usr/local/go/bin:$PATH", dagger.ContainerWithEnvVariableOpts{Expand: true}).
		WithEnvVariable("CGO_ENABLED", "0").
		WithEnvVariable("GOTOOLCHAIN", "local").
		WithEnvVariable("GOFLAGS", "-buildvcs=false").
		With(goCaches("/root/go/pkg/mod")).
		WithEnvVariable("DIT_SANDBOX_BEAM", beamPath+"/bin/python")
}

// beamEnvironment is a Python with Beam at the path; the empty version is the newest there is.
func beamEnvironment(path, version string) dagger.WithContainerFunc {
	return func(c *dagger.Container) *dagger.Container {
		return c.WithMountedCache(pipCache, dag.CacheVolume("dit-pip")).
			WithExec([]string{"sh", "-c", "python3 -m venv " + path + " && " + path + "/bin/pip install -q 'apache-beam[gcp,dill]" + version + "' setuptools wheel"}).
			WithoutMount(pipCache)
	}
}
