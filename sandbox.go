package main

import (
	"github.com/GlobalFishingWatch/dit/internal/dagger"
)

// googleHosts are the names under which a pipeline and its libraries look for Google Cloud.
var googleHosts = []string{
	"bigquery.googleapis.com", "bigquerystorage.googleapis.com", "storage.googleapis.com", "www.googleapis.com",
	"oauth2.googleapis.com", "dataflow.googleapis.com", "metadata.google.internal",
}

// sandboxCA is the private certificate authority of the sandbox: made once, kept as a layer.
func sandboxCA() *dagger.Directory {
	return sandboxEngine().
		WithFile("/usr/local/bin/sandbox", sandboxBinary()).
		WithExec([]string{"sandbox", "ca", "--out", "/ca"}).
		Directory("/ca")
}

// engineSource is the SQL engine's own code, and the lock of what it needs.
func engineSource() *dagger.Directory {
	return dag.CurrentModule().Source().Directory("sandbox/engine")
}

// engineGround is an image with all that the SQL engine needs: Python and DuckDB, as locked in sandbox/engine.
func engineGround() *dagger.Container {
	c := dag.Container().From(trixie).WithMountedCache(pipCache, dag.CacheVolume("dit-pip"))
	// The engine knows a file by its content, but a directory of the module by the module as a whole: with that, any edit anywhere would
	// have a gigabyte installed again.
	for _, name := range []string{"install.sh", "requirements.txt"} {
		c = c.WithFile("/opt/engine/"+name, engineSource().File(name))
	}
	return c.WithExec([]string{"sh", "/opt/engine/install.sh"}).WithoutMount(pipCache)
}

// sandboxEngine is the image with the SQL engine.
func sandboxEngine() *dagger.Container {
	return engineGround().
		WithDirectory("/opt/engine", engineSource()).
		WithExec([]string{"/opt/engine/venv/bin/python", "-m", "compileall", "-q", "/opt/engine/serve.py", "/opt/engine/dit_engine"})
}

// The sandbox: BigQuery and Cloud Storage on this machine, holding the tables of the calls before.
//
// Point a client at it, with no credentials needed:
//
//	dagger call sandbox up --ports 9050:9050
//	bq --api http://localhost:9050 --project_id dit-sandbox query 'SELECT 1'
//
// One sandbox runs at a time on the same data: a call that finds it in use waits for its turn. With another --sandbox-data the sandbox is empty at
// first, which is quicker too once thousands of tables are in the other.
// +cache="session"
func (m *Dit) Sandbox() *dagger.Service {
	serve := []string{"sandbox", "serve", "--data", "/data", "--ca", "/ca"}
	for _, rule := range m.Faults {
		serve = append(serve, "--fault", rule)
	}
	return sandboxEngine().With(quickStart).
		WithFile("/usr/local/bin/sandbox", sandboxBinary()).
		WithDirectory("/ca", sandboxCA()).
		WithMountedCache("/data", dag.CacheVolume(m.SandboxData)).
		WithExposedPort(443).
		WithExposedPort(9050).
		AsService(dagger.ContainerAsServiceOpts{Args: serve})
}

// withCloud gives a container the way to Google Cloud: the caller's credentials, or the sandbox under Google's own names
// and credentials that only it accepts.
func (m *Dit) withCloud(c *dagger.Container) *dagger.Container {
	c = c.WithEnvVariable("GOOGLE_CLOUD_PROJECT", m.Project).
		WithEnvVariable("DIT_LOCATION", m.Location).
		WithEnvVariable("DIT_TEMP_LOCATION", m.TempLocation)
	const key = "/run/google/credentials.json"
	if m.Credentials != nil {
		return c.WithMountedSecret(key, m.Credentials).WithEnvVariable("GOOGLE_APPLICATION_CREDENTIALS", key)
	}
	sandbox := m.Sandbox()
	for _, host := range googleHosts {
		c = c.WithServiceBinding(host, sandbox)
	}
	c = c.WithDirectory("/run/sandbox", sandboxCA(), dagger.ContainerWithDirectoryOpts{Include: []string{"bundle.pem"}}).
		WithNewFile(key, sandboxCredentials).
		WithEnvVariable("GOOGLE_APPLICATION_CREDENTIALS", key).
		WithEnvVariable("DIT_IS_SANDBOX", "true").
		WithEnvVariable("NO_GCE_CHECK", "true").
		WithEnvVariable("GOOGLE_API_USE_CLIENT_CERTIFICATE", "false")
	for _, name := range []string{"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPLIB2_CA_CERTS", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "CURL_CA_BUNDLE"} {
		c = c.WithEnvVariable(name, "/run/sandbox/bundle.pem")
	}
	return c
}

// sandboxCredentials open nothing but the sandbox. The token with its far expiry spares Python clients the refresh; Go
// clients refresh at the sandbox.
const sandboxCredentials = `{
  "type": "authorized_user",
  "client_id": "sandbox",
  "client_secret": "sandbox",
  "refresh_token": "sandbox",
  "token": "sandbox",
  "expiry": "2099-01-01T00:00:00Z",
  "quota_project_id": "dit-sandbox"
}
`
