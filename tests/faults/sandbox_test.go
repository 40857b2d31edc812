//go:build faults

package faults_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/bq"
)

// Where the sandbox and its worker are, inside the namespaces.
const (
	api   = "http://127.0.0.1:9050"
	ready = "127.0.0.1:8099"
)

// enter makes Google's host names lead to this machine, for these namespaces alone, and sets what Google's clients go by.
func enter() error {
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("ip link set lo up: %w\n%s", err, out)
	}
	authority := filepath.Join(world.dir, "ca")
	if out, err := exec.Command(filepath.Join(world.dir, "sandbox"), "ca", "--out", authority).CombinedOutput(); err != nil {
		return fmt.Errorf("sandbox ca: %w\n%s", err, out)
	}
	names, err := certified(filepath.Join(authority, "server.pem"))
	if err != nil {
		return err
	}
	for file, content := range map[string]string{"/etc/hosts": "127.0.0.1 localhost " + strings.Join(names, " ") + "\n", "/etc/resolv.conf": ""} {
		own := filepath.Join(world.dir, filepath.Base(file))
		if err := os.WriteFile(own, []byte(content), 0o644); err != nil {
			return err
		}
		if out, err := exec.Command("mount", "--bind", own, file).CombinedOutput(); err != nil {
			return fmt.Errorf("mount --bind %s %s: %w\n%s", own, file, err, out)
		}
	}
	credentials, bundle := filepath.Join(world.dir, "credentials.json"), filepath.Join(authority, "bundle.pem")
	if err := os.WriteFile(credentials, []byte(`{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"r"}`), 0o600); err != nil {
		return err
	}
	for name, value := range map[string]string{
		"GOOGLE_APPLICATION_CREDENTIALS": credentials, "GOOGLE_CLOUD_PROJECT": project, "DIT_LOCATION": "US", "NO_GCE_CHECK": "true",
		"REQUESTS_CA_BUNDLE": bundle, "SSL_CERT_FILE": bundle, "HTTPLIB2_CA_CERTS": bundle, "CURL_CA_BUNDLE": bundle,
		"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": bundle, "GOOGLE_API_USE_CLIENT_CERTIFICATE": "false", "PYTHONWARNINGS": "ignore",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// certified are the host names in a certificate.
func certified(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s has no certificate", file)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return c.DNSNames, nil
}

// startSandbox starts the sandbox, and returns when it answers.
func startSandbox() (err error) {
	buckets := make([]string, len(regions))
	for i := range regions {
		buckets[i] = bucket(i)
	}
	world.sandbox, err = start("sandbox", "serve", "--data", filepath.Join(world.dir, "data"), "--ca", filepath.Join(world.dir, "ca"), "--bucket", strings.Join(buckets, ","))
	if err != nil {
		return err
	}
	return until(2*time.Minute, "the sandbox answers", func() bool {
		answer, err := http.Get(api + "/healthz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
}

// startWorker starts what runs the jobs, and returns when it can take one.
func startWorker() (err error) {
	if world.worker, err = start("worker", "worker", "--python", os.Getenv(pythonVariable), "--listen", ready, "--jobs", "30"); err != nil {
		return err
	}
	return until(time.Minute, "the worker is ready", func() bool {
		conn, err := net.Dial("tcp", ready)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// start runs the sandbox's program with its output added to a log.
func start(log string, args ...string) (*exec.Cmd, error) {
	file, err := os.OpenFile(filepath.Join(world.dir, log+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	cmd := exec.Command(filepath.Join(world.dir, "sandbox"), args...)
	cmd.Stdout, cmd.Stderr = file, file
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} // whatever ends this test
	return cmd, cmd.Start()
}

// stop ends what was started, the worker before the service that it reports to, and says what they have used.
func stop() {
	for _, cmd := range []*exec.Cmd{world.worker, world.sandbox} {
		if cmd != nil && cmd.Process != nil {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_ = cmd.Wait()
			fmt.Printf("%s %s: %.0f s of processor time\n", filepath.Base(cmd.Path), cmd.Args[1], (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
		}
	}
	var others syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &others); err == nil {
		fmt.Printf("all processes: %d s of processor time\n", others.Utime.Sec+others.Stime.Sec)
	}
}

// until waits for something that takes at most that long.
func until(most time.Duration, what string, is func() bool) error {
	for deadline := time.Now().Add(most); !is(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("after %s it is still not so that %s", most, what)
		}
	}
	return nil
}

// prepare makes the table that all pipelines read: five days, four vessels, and another number of messages of each.
func prepare() (err error) {
	if world.client, err = bq.Open(ctx(), project, "US"); err != nil {
		return err
	}
	if world.jobs, err = dataflow.NewService(ctx(), option.WithEndpoint(api), option.WithoutAuthentication()); err != nil {
		return err
	}
	var made []error
	made = append(made, world.client.Dataset("faults").Create(ctx(), nil))
	_, err = world.client.Query(`CREATE TABLE faults.messages AS
SELECT TIMESTAMP_ADD(TIMESTAMP '2024-01-01', INTERVAL d * 24 + h HOUR) AS timestamp, CONCAT('v', CAST(v AS STRING)) AS vessel
FROM UNNEST(GENERATE_ARRAY(0, 4)) AS d, UNNEST(GENERATE_ARRAY(1, 4)) AS v, UNNEST(GENERATE_ARRAY(0, 20)) AS h WHERE h <= MOD(d * 5 + v, 19)`).Read(ctx())
	return errors.Join(append(made, err)...)
}
