package dataflow

import "github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"

// JobFault is a fault to inject into one job. The zero value is none.
type JobFault = lease.Fault

// Faults decides which jobs get a fault. It is asked once for each job, when it is created.
type Faults interface {
	Job(name string, labels map[string]string) JobFault
}
