//go:build beam

// Package dataflow tests the sandbox's Dataflow as its users meet it: unmodified pipelines of the real
// Beam SDK, submitted with --runner=DataflowRunner to Google's own host names, which lead to the sandbox
// in network and mount namespaces that the test makes for itself. It needs root and, in DIT_SANDBOX_BEAM, a
// Python with apache-beam[gcp,dill], setuptools and wheel.
package dataflow

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/sandbox/ca"
)

// inside says that the namespaces are there; its value is the directory of the test.
const inside = "DIT_SANDBOX_INSIDE"

const project = "dit-sandbox"

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	if os.Getenv("DIT_SANDBOX_BEAM") == "" {
		return 1, fmt.Errorf("set DIT_SANDBOX_BEAM to a python with apache-beam[gcp,dill], setuptools and wheel")
	}
	if work := os.Getenv(inside); work != "" {
		if err := enter(work); err != nil {
			return 1, err
		}
		return m.Run(), nil
	}
	work, err := os.MkdirTemp("", "sandbox-dataflow-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(work)
	if out, err := exec.Command("go", "build", "-o", filepath.Join(work, "sandbox"), "../..").CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build the sandbox: %w\n%s", err, out)
	}
	cmd := exec.Command("unshare", append([]string{"-n", "-m", "--propagation", "private", os.Args[0]}, os.Args[1:]...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), inside+"="+work)
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return 1, err
	}
	return cmd.ProcessState.ExitCode(), nil
}

// enter makes Google's host names lead to this machine, for these namespaces alone, and prepares what clients need.
func enter(work string) error {
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("ip link set lo up: %w\n%s", err, out)
	}
	for file, content := range map[string]string{
		"/etc/hosts":       "127.0.0.1 " + strings.Join(ca.Hosts, " ") + "\n",
		"/etc/resolv.conf": "",
	} {
		own := filepath.Join(work, filepath.Base(file))
		if err := os.WriteFile(own, []byte(content), 0o644); err != nil {
			return err
		}
		if out, err := exec.Command("mount", "--bind", own, file).CombinedOutput(); err != nil {
			return fmt.Errorf("mount --bind %s %s: %w\n%s", own, file, err, out)
		}
	}
	if err := ca.Write(filepath.Join(work, "ca"), ""); err != nil {
		return err
	}
	credentials := filepath.Join(work, "adc.json")
	if err := os.WriteFile(credentials, []byte(`{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r"}`), 0o600); err != nil {
		return err
	}
	bundle := filepath.Join(work, "ca", "bundle.pem")
	for name, value := range map[string]string{
		"GOOGLE_APPLICATION_CREDENTIALS": credentials, "GOOGLE_CLOUD_PROJECT": project, "NO_GCE_CHECK": "true",
		"REQUESTS_CA_BUNDLE": bundle, "SSL_CERT_FILE": bundle, "HTTPLIB2_CA_CERTS": bundle, "CURL_CA_BUNDLE": bundle,
		"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": bundle, "GOOGLE_API_USE_CLIENT_CERTIFICATE": "false", "PYTHONWARNINGS": "ignore",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
