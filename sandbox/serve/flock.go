package serve

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// lockWait bridges the moment in which a sandbox that was told to stop still holds the
// directory while its successor starts.
const lockWait = 5 * time.Second

// flock takes the lock or fails after lockWait. The kernel drops it with the process.
func flock(file *os.File) error {
	deadline := time.Now().Add(lockWait)
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
