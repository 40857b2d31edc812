package steps

// Environment is what one version of the pipeline was installed as.
type Environment struct {
	// Packages lists what is installed; its digest is part of the cache key.
	Packages string `json:"packages"`
	// WorkerImage is what Dataflow's workers run, with its digest; empty where they run what Beam chooses, and without workers.
	WorkerImage string `json:"worker_image,omitempty"`
	// Unreviewed says that the commit is not known to be an ancestor of the default branch of its repository.
	Unreviewed bool `json:"unreviewed,omitempty"`
	// Problem says why the version cannot be run; empty when it can.
	Problem string `json:"problem,omitempty"`
}
