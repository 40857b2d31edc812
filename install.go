package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// packagesPath lists what is installed: the identity of the environment.
const packagesPath = "/etc/dit/packages.txt"

// uvVersion is the installer's: part of what decides the environment.
const uvVersion = "0.9.9"

// pythonImage is a public image that has this Python, or whose packages do.
func pythonImage(version string) *dagger.Container {
	packages := []string{"ca-certificates", "git", "python3", "python3-venv", "python3-pip"}
	image := map[string]string{"3.11": bookworm, "3.13": trixie}[version]
	if image == "" {
		image, packages = "python:"+version+"-slim-bookworm", packages[:2]
	}
	return dag.Container().From(image).With(apt(packages))
}

func apt(packages []string) dagger.WithContainerFunc {
	return func(c *dagger.Container) *dagger.Container {
		if len(packages) == 0 {
			return c
		}
		return c.WithExec([]string{"sh", "-c", "apt-get update -qq && apt-get install -qq -y --no-install-recommends " + strings.Join(packages, " ") + " >/dev/null && rm -rf /var/lib/apt/lists/*"})
	}
}

// install is the pipeline's environment at a commit. Its layers are keyed by content: the lock file for the dependencies,
// the tree for the package itself; a new commit with the same lock installs one package.
func install(ctx context.Context, d *workflows.Descriptor, tree *dagger.Directory) (*dagger.Container, error) {
	return installPackage(ctx, "the pipeline", d.Install, tree)
}

// uvCache and pipCache are where uv and pip keep what they have fetched, inside a container.
const (
	uvCache  = "/root/.cache/uv"
	pipCache = "/root/.cache/pip"
)

// uv adds the installer, its cache, and an empty environment that is on PATH. The cache must be unmounted after use.
func uv(c *dagger.Container) *dagger.Container {
	return c.WithMountedCache(uvCache, dag.CacheVolume("dit-uv")).
		WithEnvVariable("UV_LINK_MODE", "copy").
		WithEnvVariable("UV_COMPILE_BYTECODE", "1").
		WithEnvVariable("UV_PYTHON_DOWNLOADS", "never").
		WithEnvVariable("UV_NATIVE_TLS", "true").
		WithEnvVariable("VIRTUAL_ENV", "/opt/pipeline").
		WithEnvVariable("PATH", "/opt/pipeline/bin:$PATH", dagger.ContainerWithEnvVariableOpts{Expand: true}).
		WithExec([]string{"sh", "-c", "python3 -m venv /opt/uv && /opt/uv/bin/pip install -q uv==" + uvVersion + " && ln -s /opt/uv/bin/uv /usr/local/bin/uv"}).
		WithExec([]string{"uv", "venv", "-q", "--python", "python3", "/opt/pipeline"})
}

// installPackage installs the Python package that the tree holds; what it is called stands in the error.
func installPackage(ctx context.Context, what string, in workflows.Install, tree *dagger.Directory) (*dagger.Container, error) {
	if _, err := tree.Sync(ctx); err != nil { // code that cannot be fetched is no fault of the pipeline
		return nil, stepError(err)
	}
	c := pythonImage(in.Python).With(apt(in.SystemPackages)).With(uv)
	pins := in.Constraints
	if in.Beam != "" {
		pins = append([]string{"apache-beam==" + in.Beam}, pins...)
	}
	c = c.WithNewFile("/etc/dit/constraints.txt", strings.Join(pins, "\n")+"\n")
	pip := []string{"uv", "pip", "install", "-q", "--constraints", "/etc/dit/constraints.txt"}
	if in.Lock != "" {
		// Of a file that is not there the engine says no more than where it looked.
		there, err := tree.Exists(ctx, in.Lock, dagger.DirectoryExistsOpts{ExpectedType: dagger.ExistsTypeRegularType})
		if err != nil {
			return nil, stepError(err)
		}
		if !there {
			return nil, exit(workflows.ExitPipeline, fmt.Sprintf("installing %[1]s failed: its code has no file %[2]s, which install.lock names: name the lock file that is there, or leave install.lock out", what, in.Lock))
		}
		c = c.WithFile("/etc/dit/lock.txt", tree.File(in.Lock)).
			WithExec(append(pip, "--requirements", "/etc/dit/lock.txt"))
		pip = append(pip, "--no-deps")
	}
	target := "/src"
	if len(in.Extras) > 0 {
		target += "[" + strings.Join(in.Extras, ",") + "]"
	}
	c = c.WithDirectory("/src", tree).WithWorkdir("/src").
		WithExec(append(pip, target)).
		WithExec([]string{"sh", "-c", "uv pip freeze -q | sort > " + packagesPath + " && python --version >> " + packagesPath + " && dpkg-query -W -f '${Package}=${Version}\\n' >> " + packagesPath}).
		WithoutMount(uvCache)
	if in.Beam != "" {
		c = c.WithExec([]string{"sh", "-c", fmt.Sprintf("grep -qx 'apache-beam==%[1]s' %[2]s || { echo \"the descriptor says Beam %[1]s, installed is $(grep ^apache-beam= %[2]s)\" >&2; exit 1; }", in.Beam, packagesPath)})
	}
	c, err := c.With(quickStart).Sync(ctx)
	if failed := failedExec(err); failed != nil {
		return nil, exit(workflows.ExitPipeline, fmt.Sprintf("installing %s failed: %s\n%s", what, strings.Join(failed.Cmd, " "), tail(failed.Stderr+failed.Stdout, 30)))
	} else if err != nil {
		return nil, exit(workflows.ExitInfrastructure, "installing "+what+" could not be done: "+err.Error())
	}
	return c, nil
}
