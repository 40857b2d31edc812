package serve

import (
	"errors"
	"log"
	"os"
	"syscall"
	"time"
)

// lockWait is how long a sandbox waits for another one on the same directory: several calls
// on one machine take turns.
const lockWait = 15 * time.Minute

// sayEvery is how often the wait is mentioned, from the first second on.
const sayEvery = 15 * time.Second

// flock takes the lock or fails after lockWait, and says what it waits for. The kernel drops
// the lock with the process that holds it.
func flock(file *os.File, logger *log.Logger) error {
	began, next := time.Now(), time.Second
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		waited := time.Since(began)
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) || waited > lockWait {
			return err
		}
		if waited > next {
			logger.Printf("another sandbox is using these tables; waiting for it to end, %d s so far", int(waited.Seconds()))
			next += sayEvery
		}
		time.Sleep(20 * time.Millisecond)
	}
}
