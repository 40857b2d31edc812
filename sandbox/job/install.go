package job

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/GlobalFishingWatch/dit/sandbox/tail"
)

// Names that Beam's SDK gives to what it stages; they are a contract between it and the worker.
const (
	workflowFile      = "workflow.tar.gz"    // --setup_file
	extraPackagesFile = "extra_packages.txt" // --extra_package: one name a line
	sdkFile           = "dataflow_python_sdk.tar"
)

// install installs staged packages, and returns the Python that has them.
//
// Dataflow's workers do this by Beam's container boot program. It is not used here: it cannot be imported, it calls pip even
// when nothing was staged (environments that uv made have none), and it installs into an environment that later jobs would
// find changed, or into one that does not see the pipeline's packages. What it does is little, and is done here in its
// order: SDK, requirements, extra packages, workflow. The main session needs nothing: the SDK loads it from the staged files.
func (r *run) install(ctx context.Context, dir, staged string, files stagedFiles) (string, error) {
	var sdk []string
	for name := range files.names {
		if name == sdkFile || strings.HasPrefix(name, "apache_beam") && strings.HasSuffix(name, ".whl") {
			sdk = append(sdk, filepath.Join(staged, name)+"[gcp]")
		}
	}
	if len(sdk) == 0 && len(files.requirements) == 0 && !files.names[extraPackagesFile] && !files.names[workflowFile] {
		return r.Python, nil
	}
	r.out.say("JOB_MESSAGE_DETAILED", "Installing the staged packages.")
	python, err := r.overlay(ctx, filepath.Join(dir, "venv"))
	if err != nil {
		return "", err
	}
	install := []string{"-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check"}
	if r.builds(ctx, python) {
		install = append(install, "--no-build-isolation") // as Dataflow's workers do: no index is needed to build
	}
	pip := func(args ...string) error {
		return r.tool(ctx, python, append(slices.Clone(install), args...)...)
	}
	for _, one := range sdk {
		if err := pip(one); err != nil {
			return "", err
		}
	}
	for _, name := range files.requirements {
		list := filepath.Join(staged, name)
		// What was staged first, so that an index is asked only for the rest.
		_ = pip("--no-index", "--no-deps", "--find-links", staged, "-r", list)
		if err := pip("--find-links", staged, "-r", list); err != nil {
			return "", err
		}
	}
	if files.names[extraPackagesFile] {
		names, err := os.ReadFile(filepath.Join(staged, extraPackagesFile))
		if err != nil {
			return "", fmt.Errorf("read the list of extra packages: %w", err)
		}
		for _, name := range strings.Fields(string(names)) {
			extra := filepath.Join(staged, name)
			// Twice: this very file, whatever is there, but its dependencies only where they are missing.
			if err := pip("--upgrade", "--force-reinstall", "--no-deps", extra); err != nil {
				return "", err
			}
			if err := pip(extra); err != nil {
				return "", err
			}
		}
	}
	if files.names[workflowFile] {
		if err := pip(filepath.Join(staged, workflowFile)); err != nil {
			return "", err
		}
	}
	return python, nil
}

// overlay makes a virtual environment that sees the packages of the pipeline's own, which may be one itself
// (venv's --system-site-packages would show those of the Python below it), and returns its Python.
func (r *run) overlay(ctx context.Context, dir string) (string, error) {
	const look = `import importlib.util, json, site, sys
print(json.dumps({"sites": site.getsitepackages() + ([site.getusersitepackages()] if site.ENABLE_USER_SITE else []),
                  "pip": importlib.util.find_spec("pip") is not None,
                  "lib": "lib/python%d.%d/site-packages" % sys.version_info[:2]}))`
	out, err := exec.CommandContext(ctx, r.Python, "-c", look).Output()
	if err != nil {
		return "", fmt.Errorf("ask %s for its packages: %w", r.Python, err)
	}
	var found struct {
		Sites []string
		Pip   bool
		Lib   string
	}
	if err := json.Unmarshal(out, &found); err != nil {
		return "", fmt.Errorf("ask %s for its packages: it answered %q", r.Python, out)
	}
	args := []string{"-m", "venv"}
	if found.Pip {
		args = append(args, "--without-pip")
	}
	if err := r.tool(ctx, r.Python, append(args, dir)...); err != nil {
		return "", err
	}
	var lines strings.Builder
	for _, at := range found.Sites {
		fmt.Fprintf(&lines, "import site; site.addsitedir(%q)\n", at)
	}
	if err := os.WriteFile(filepath.Join(dir, found.Lib, "pipeline.pth"), []byte(lines.String()), 0o644); err != nil {
		return "", fmt.Errorf("show the pipeline's packages to the job's: %w", err)
	}
	return filepath.Join(dir, "bin", "python"), nil
}

// builds tells whether a Python can build packages by itself. One that cannot must get what it needs from an index.
func (r *run) builds(ctx context.Context, python string) bool {
	const look = `import setuptools
try:
    import setuptools.command.bdist_wheel
except ImportError:
    import wheel`
	return exec.CommandContext(ctx, python, "-c", look).Run() == nil
}

// tool runs a program whose output matters only when it fails.
func (r *run) tool(ctx context.Context, name string, args ...string) error {
	output := tail.New(r.Log)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = r.Dir, output, output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("install the staged packages: %s %s: %w; its last words:\n%s", name, strings.Join(args, " "), err, output)
	}
	return nil
}
