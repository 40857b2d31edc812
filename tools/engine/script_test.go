package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const fakeVersion = `[[ $1 == version ]] && echo "dagger v0.19.10 (image://x) linux/amd64" && exit`

// searchPath puts a folder of fake commands before the system's own.
func searchPath(dir string) string {
	return "PATH=" + dir + ":/usr/sbin:/usr/bin:/sbin:/bin"
}

func TestInstalledDaggerGetsEverything(t *testing.T) {
	bin := t.TempDir()
	fakeCommand(t, bin, "docker", "exit 0")
	fakeCommand(t, bin, "dagger", fakeVersion+"\nprintf '<%s>' \"$@\"; cat; exit 7")
	got := run(t, []string{searchPath(bin), "DIT_ENGINE_HOME=" + t.TempDir(), "_EXPERIMENTAL_DAGGER_RUNNER_HOST="},
		toolsDir(t)+"/dagger", "call", "a b", "", "--x=*", "--engine")
	if got.code != 7 || got.stdout != "<call><a b><><--x=*><--engine>" || got.stderr != "" {
		t.Errorf("got exit code %d, %q, %q", got.code, got.stdout, got.stderr)
	}
}

func TestChosenEngineIsKept(t *testing.T) {
	bin := t.TempDir()
	fakeCommand(t, bin, "dagger", fakeVersion+"\necho $_EXPERIMENTAL_DAGGER_RUNNER_HOST")
	got := run(t, []string{searchPath(bin), "DIT_ENGINE_HOME=" + t.TempDir(), "_EXPERIMENTAL_DAGGER_RUNNER_HOST=tcp://other:1"},
		toolsDir(t)+"/dagger", "core")
	if got.code != 0 || got.stdout != "tcp://other:1\n" {
		t.Errorf("got exit code %d, %q, %q", got.code, got.stdout, got.stderr)
	}
}

func TestOtherVersionIsNotUsed(t *testing.T) {
	bin := t.TempDir()
	fakeCommand(t, bin, "dagger", `echo "dagger v0.18.12 (image://x) linux/amd64"`)
	got := shell(t, []string{searchPath(bin)}, "installed_dagger && echo used || echo ignored")
	if got.stdout != "ignored\n" {
		t.Errorf("got %q, %q", got.stdout, got.stderr)
	}
}

func TestRuntimeWithoutDaemonDoesNotCount(t *testing.T) {
	bin := t.TempDir()
	for _, name := range []string{"docker", "podman", "nerdctl", "finch"} {
		fakeCommand(t, bin, name, "exit 1")
	}
	got := shell(t, nil, "PATH="+bin+":/usr/bin:/bin; runtime_answers && echo answers || echo silent")
	if got.stdout != "silent\n" {
		t.Errorf("got %q, %q", got.stdout, got.stderr)
	}
}

func TestUnsupportedSystems(t *testing.T) {
	release := filepath.Join(t.TempDir(), "os-release")
	if err := os.WriteFile(release, []byte("NAME=Fedora\nID=fedora\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	oneSentence(t, shell(t, nil, "require_system "+release+" 0"), "not Debian", "install and start Docker")
	oneSentence(t, shell(t, nil, "require_system "+release+".missing 0"), "not Debian", "install and start Docker")
	if err := os.WriteFile(release, []byte("NAME=Mint\nID=mint\nID_LIKE=\"ubuntu debian\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	oneSentence(t, shell(t, nil, "require_system "+release+" 1000"), "not root", "install and start Docker")
	oneSentence(t, shell(t, []string{"DIT_ENGINE_HOME=/etc/x"}, "require_system "+release+" 0"), "DIT_ENGINE_HOME")
	if got := shell(t, nil, "require_system "+release+" 0"); got.code != 0 {
		t.Errorf("root on a relative of Debian: got exit code %d, %q", got.code, got.stderr)
	}
}

func TestOldGoIsNamed(t *testing.T) {
	bin := t.TempDir()
	fakeCommand(t, bin, "go", "echo go1.19.8")
	oneSentence(t, shell(t, []string{searchPath(bin)}, "go_command"), "go1.19.8", "too old", "install Go 1.26")
}

func TestMissingPackagesAreNamed(t *testing.T) {
	got := shell(t, nil, "PATH=/nowhere; packages+=(no-such:/no/such/file bash:/bin/bash); missing_packages")
	for _, name := range []string{"runc", "dnsmasq-base", "mmdebstrap", "no-such"} {
		if !strings.Contains(got.stdout, name+"\n") {
			t.Errorf("%q does not name %s", got.stdout, name)
		}
	}
	if strings.Contains(got.stdout, "bash\n") {
		t.Errorf("%q names bash, which is installed", got.stdout)
	}
}

func TestVersionsMustAgree(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root+"/tools", os.DirFS(toolsDir(t))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(root+"/dagger.json", []byte(`{"engineVersion": "v9.9.9"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	oneSentence(t, run(t, nil, root+"/tools/dagger", "version"), "v9.9.9", "v0.19.10", "set both")
}

func TestSourcesOfARoot(t *testing.T) {
	bin := t.TempDir()
	fakeCommand(t, bin, "apt-get", "echo Other http://other/; echo Debian http://mirror/debian; echo Debian-Security http://mirror/security")
	for _, test := range []struct{ path, want string }{
		{"PATH=" + bin + ":/usr/bin:/bin", "http://mirror/debian trixie main|http://mirror/debian trixie-updates main|http://mirror/security trixie-security main|"},
		{"apt-get() { false; }", "http://deb.debian.org/debian trixie main|http://deb.debian.org/debian trixie-updates main|http://deb.debian.org/debian-security trixie-security main|"},
	} {
		got := shell(t, nil, test.path+"; debian_sources trixie | sed 's/.*] //' | tr '\\n' '|'")
		if got.stdout != test.want {
			t.Errorf("got %q, %q; want %q", got.stdout, got.stderr, test.want)
		}
	}
}
