// dit tests data pipelines by running them: a real run of the real pipeline at a git ref, a sound comparison of the tables it writes.
//
// A data engineer changes an Apache Beam pipeline that turns BigQuery tables into BigQuery tables. Do the tables still come
// out right? Each workflow is one such question, and one function:
//
//	dagger call mode-equivalence --pipeline=sample-gaps --ref=main
//
// Without credentials everything runs on a local sandbox (BigQuery, Cloud Storage and the pipeline itself, in containers);
// with --credentials the same code runs on Google Cloud.
//
// Exit codes: 0 equal, 1 tables differ, 2 bad arguments or descriptor, 3 could not compare, 4 a pipeline failed,
// 5 infrastructure (access, quota, network).
package main

import (
	"context"

	"github.com/GlobalFishingWatch/dit/internal/dagger"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Dit holds the settings that all functions share.
type Dit struct {
	Project      string            // +private
	Location     string            // +private
	TempLocation string            // +private
	Credentials  *dagger.Secret    // +private
	GitToken     *dagger.Secret    // +private
	GitSocket    *dagger.Socket    // +private
	Data         *SyntheticVessels // +private
	BuildID      string            // +private
	Dataflow     *DataflowSettings // +private
	Faults       []string          // +private
	SandboxData  string            // +private
	Install      *InstallSettings  // +private
	// RegistryUser and RegistryToken are for the registries of workers' images.
	RegistryUser  string         // +private
	RegistryToken *dagger.Secret // +private
	Explaining    bool           // +private
}

// DataflowSettings are where Dataflow's jobs run and as what.
type DataflowSettings struct {
	Region          string // +private
	StagingLocation string // +private
	ServiceAccount  string // +private
	Subnetwork      string // +private
	MachineType     string // +private
	MaxWorkers      int    // +private
	JobTimeout      string // +private
	StuckAfter      string // +private
	CancelStuck     bool   // +private
}

// InstallSettings are what a pipeline is installed with instead of what its descriptor says.
type InstallSettings struct {
	Python      string       // +private
	Beam        string       // +private
	FullDeps    bool         // +private
	Constraints *dagger.File // +private
}

// SyntheticVessels is the data that the sandbox makes for pipelines whose sources have no table.
type SyntheticVessels struct {
	Vessels int // +private
	Days    int // +private
	Seed    int // +private
}

// The settings that all functions share.
func New(
	ctx context.Context,
	// Project that runs the jobs, pays for them and holds the output tables.
	// +default="dit-sandbox"
	project string,
	// BigQuery location of the datasets.
	// +default="US"
	location string,
	// Where Beam may keep temporary objects: gs://bucket/path. The default exists on the sandbox only.
	// +default="gs://dit-sandbox/temp"
	tempLocation string,
	// Google Cloud credentials, as JSON (a service account's key, an external account or an authorized user), such as
	// file://$HOME/.config/gcloud/application_default_credentials.json. Without it everything happens on the local sandbox.
	// +optional
	credentials *dagger.Secret,
	// Token for a private pipeline repository over HTTPS, such as env://GITHUB_TOKEN.
	// +optional
	gitToken *dagger.Secret,
	// SSH agent for a private pipeline repository, such as $SSH_AUTH_SOCK.
	// +optional
	gitSocket *dagger.Socket,
	// Vessels in the sandbox's synthetic data.
	// +default=20
	vessels int,
	// Days of synthetic data, from 2024-01-01 on.
	// +default=10
	days int,
	// Seed of the synthetic data: the same seed gives the same rows.
	// +default=1
	seed int,
	// Python to install the pipeline with, such as 3.13, instead of the descriptor's.
	// +optional
	python string,
	// Apache Beam to install the pipeline with, such as 2.72.0, instead of the descriptor's. What the pipeline or its lock file pins must agree.
	// +optional
	beam string,
	// Install all that the pipeline's package asks for, resolved anew, and leave its lock file aside.
	// +default=false
	fullDeps bool,
	// File of constraints for the pipeline's installation, as pip takes it, beside the descriptor's: a requirement a line, such as numpy<2.
	// +optional
	constraints *dagger.File,
	// The CI build that this call belongs to, to be found in the registry.
	// +optional
	buildId string,
	// Region of the Dataflow jobs, for --runner=dataflow. The sandbox takes us-central1 if it is left out.
	// +optional
	region string,
	// Where Dataflow jobs are staged: gs://bucket/path. The default is staging under --temp-location.
	// +optional
	stagingLocation string,
	// E-mail address of the service account that Dataflow's workers are. The default is the project's.
	// +optional
	serviceAccount string,
	// Subnetwork of Dataflow's workers: regions/REGION/subnetworks/NAME.
	// +optional
	subnetwork string,
	// Machine type of Dataflow's workers, such as n1-standard-2.
	// +optional
	machineType string,
	// The most workers of a Dataflow job; 0 for no limit of dit's.
	// +default=0
	maxWorkers int,
	// Who you are to the registry of workers' images.
	// +default="oauth2accesstoken"
	registryUser string,
	// Token or password for the registry of workers' images, such as cmd:"gcloud auth print-access-token".
	// +optional
	registryToken *dagger.Secret,
	// What is to go wrong on the sandbox, such as '"service=dataflow,status=503,rate=0.3"' (in double quotes, since it has commas);
	// repeatable. sandbox/README.md lists what there is.
	// +optional
	fault []string,
	// Name of the sandbox's data. Calls with another name have tables, and a run cache, of their own, and do not wait for each other.
	// +default="dit-sandbox"
	sandboxData string,
	// How long a Dataflow job may take before it is cancelled, such as 90m; 0s for ever.
	// +default="24h"
	jobTimeout string,
	// How long a Dataflow job may make no progress before that is said; 0s for ever.
	// +default="30m"
	stuckAfter string,
	// Cancel a Dataflow job that makes no progress for that long.
	// +default=false
	cancelStuck bool,
) (*Dit, error) {
	if region == "" && credentials == nil {
		region = "us-central1"
	}
	if sandboxData == "" {
		return nil, exit(workflows.ExitArguments, "--sandbox-data is empty; give a name, or leave it out")
	}
	if len(fault) > 0 && credentials != nil {
		return nil, exit(workflows.ExitArguments, "--fault: only the sandbox goes wrong when it is told to; leave out --credentials or --fault")
	} else if len(fault) > 0 {
		if _, err := output(ctx, worker().WithFile("/usr/local/bin/sandbox", sandboxBinary()), append([]string{"sandbox", "fault"}, fault...), false); err != nil {
			return nil, err
		}
	}
	return &Dit{
		Project: project, Location: location, TempLocation: tempLocation, Credentials: credentials, GitToken: gitToken, GitSocket: gitSocket,
		Install: &InstallSettings{Python: python, Beam: beam, FullDeps: fullDeps, Constraints: constraints},
		Dataflow: &DataflowSettings{
			Region: region, StagingLocation: stagingLocation, ServiceAccount: serviceAccount, Subnetwork: subnetwork, MachineType: machineType,
			MaxWorkers: maxWorkers, JobTimeout: jobTimeout, StuckAfter: stuckAfter, CancelStuck: cancelStuck,
		},
		RegistryUser: registryUser, RegistryToken: registryToken,
		BuildID:     buildId,
		SandboxData: sandboxData, Data: &SyntheticVessels{Vessels: vessels, Days: days, Seed: seed}, Faults: fault,
	}, nil
}
