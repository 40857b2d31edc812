// Package distconsts holds the paths and names that a Dagger engine expects on
// the machine it runs on. Dagger keeps these constants in a nested module that
// the Go module proxy does not serve, so this module supplies them.
package distconsts

// Paths of the parts of an engine. tools/dagger puts the parts there.
const (
	// RuncPath is the OCI runtime that starts containers.
	RuncPath = "/usr/local/bin/runc"
	// DaggerInitPath is the first process of every container.
	DaggerInitPath = "/usr/local/bin/dagger-init"
	// EngineDefaultStateDir is the engine's state unless --root names another.
	EngineDefaultStateDir = "/var/lib/dagger"
	// EngineContainerName is the name of an engine that runs as a container.
	EngineContainerName = "dagger-engine.dev"
	// EngineContainerBuiltinContentDir is the OCI layout with the SDK images.
	EngineContainerBuiltinContentDir = "/usr/local/share/dagger/content"
	// EngineCustomCACertsDir is the folder of certificates that the engine
	// installs into the containers it runs.
	EngineCustomCACertsDir = "/usr/local/share/ca-certificates"
	// DefaultEngineSockAddr is where the engine listens unless --addr is given.
	DefaultEngineSockAddr = "unix:///run/dagger/engine.sock"
)

// Environment variables that carry the digests of the SDK images.
const (
	GoSDKManifestDigestEnvName         = "DAGGER_GO_SDK_MANIFEST_DIGEST"
	PythonSDKManifestDigestEnvName     = "DAGGER_PYTHON_SDK_MANIFEST_DIGEST"
	TypescriptSDKManifestDigestEnvName = "DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST"
)

// OCIVersionAnnotation is the annotation that carries an image's version.
const OCIVersionAnnotation = "org.opencontainers.image.version"

// Images that Dagger's own helpers start from. A module written in Go starts
// none of them.
const (
	AlpineVersion  = "3.22.1"
	AlpineImage    = "alpine:" + AlpineVersion
	GolangVersion  = "1.25.5"
	GolangImage    = "golang:" + GolangVersion + "-alpine"
	BusyboxVersion = "1.37.0"
	BusyboxImage   = "busybox:" + BusyboxVersion
)
