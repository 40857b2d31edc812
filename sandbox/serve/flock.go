package serve

import (
	"context"
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

// flock takes the lock or fails after lockWait or when ctx ends, and says what it waits for. The kernel drops
// the lock with the process that holds it.
func flock(ctx context.Context, file *os.File, logger *log.Logger) error {
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
		select {
		case <-ctx.Done(): // told to stop while it waits: the turn is not wanted any more
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
