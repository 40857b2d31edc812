//go:build sandbox

// Package registry_test tests what nobody sees from inside one process: that runs which are killed, run at the same time, or
// find what others left, give right tables and a registry that tells the truth. The processes are real: the dit command with
// a pipeline as its child, on the sandbox's engine.
//
// DIT_SANDBOX is where that is, as ./tools/test sets it. By hand: go test -tags sandbox ./tests/registry -run TestKill -v -kills 200.
package registry_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
)

const project = "dit-sandbox"

// world is what the tests of the package share; none of them changes it.
var world struct {
	client *bigquery.Client
	// dataset holds the registry, the source and all tables made.
	dataset string
	reg     cache.BigQuery
	// bin has the commands dit and days.
	bin string
	// sandbox is the base URL behind the proxies; certificate is what they show, a file.
	sandbox     string
	certificate string
	// credentials is a file that only the sandbox accepts; environments says what is said to be installed.
	credentials, environments string
}

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == pipelineName {
		os.Exit(pipeline(os.Args[1:]))
	}
	os.Exit(prepareAndRun(m))
}

func prepareAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "dit-registry-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = prepare(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer world.client.Close()
	code := m.Run()
	if code == 0 { // else the tables tell what went wrong
		if err := world.client.Dataset(world.dataset).DeleteWithContents(ctx()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

func prepare(dir string) (err error) {
	endpoint := os.Getenv("DIT_SANDBOX")
	if endpoint == "" {
		return fmt.Errorf("DIT_SANDBOX is not set: the base URL of a BigQuery to test against; ./tools/test sets it")
	}
	if world.client, err = bq.Open(ctx(), project, "US", option.WithEndpoint(endpoint), option.WithoutAuthentication()); err != nil {
		return err
	}
	world.dataset = fmt.Sprintf("processes_%d", time.Now().UnixNano())
	world.reg = cache.BigQuery{Client: world.client, Dataset: world.dataset}
	if err := world.reg.Prepare(ctx()); err != nil {
		return err
	}
	if err := makeSource(); err != nil {
		return err
	}
	world.sandbox, world.bin = endpoint, filepath.Join(dir, "bin")
	if err := os.Mkdir(world.bin, 0o755); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", filepath.Join(world.bin, "dit"), "github.com/GlobalFishingWatch/dit/cmd/dit")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", build, err, out)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Symlink(self, filepath.Join(world.bin, pipelineName)); err != nil {
		return err
	}
	world.certificate, world.credentials, world.environments = filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "credentials.json"), filepath.Join(dir, "environments.json")
	if err := makeCertificate(world.certificate); err != nil {
		return err
	}
	if err := os.WriteFile(world.credentials, []byte(`{"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}`), 0o600); err != nil {
		return err
	}
	return os.WriteFile(world.environments, []byte(`{"": {"packages": "days==1.0"}}`), 0o644)
}
