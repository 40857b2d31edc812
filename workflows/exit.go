package workflows

// The exit codes of a workflow; docs/errors.md is their contract.
const (
	ExitEqual          = 0
	ExitDifferent      = 1
	ExitArguments      = 2
	ExitIncomparable   = 3
	ExitPipeline       = 4
	ExitInfrastructure = 5
)
