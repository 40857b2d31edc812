package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct {
		args   []string
		code   int
		stderr string
		reason string
	}{
		{[]string{"ca", "--out", filepath.Join(dir, "ca")}, 0, "", "certificates are written"},
		{[]string{"ca"}, exitUsage, "--out is required", "no directory"},
		{[]string{"ca", "--nope"}, exitUsage, "unknown flag", "unknown flag"},
		{[]string{"serve"}, exitUsage, "--data is required", "no data directory"},
		{[]string{"serve", "--data", dir}, exitUsage, "sandbox ca", "TLS without certificates"},
		{[]string{"serve", "--data", dir, "--tls=", "--fault", "service=bigquerry,status=503"}, exitUsage, `service="bigquerry": must be one of bigquery,`, "a fault that is none"},
		{[]string{"serve", "--data", dir, "--tls=", "--metadata=", "--api", "127.0.0.1:0", "--engine", "/bin/false"}, exitInfrastructure, "exit status 1", "an engine that dies"},
		{[]string{"serve", "--data", dir, "--tls=", "--api", "nonsense"}, exitInfrastructure, "host:port", "an address that is none"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Run(t.Context(), tt.args, &stdout, &stderr); code != tt.code || !strings.Contains(stderr.String(), tt.stderr) {
			t.Errorf("%s: exit %d, %q; want %d, %q", tt.reason, code, stderr.String(), tt.code, tt.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "ca", "bundle.pem")); err != nil {
		t.Error(err)
	}
}
