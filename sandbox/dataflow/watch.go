package dataflow

import (
	"log"
	"slices"
	"strings"
	"time"
)

// watch looks at the clock: for workers that are not heard of any more, for jobs that nobody
// can run, and for cancellations that a fault asks for.
func (s *Service) watch() {
	ticker := time.NewTicker(s.limits.watch)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case now := <-ticker.C:
			s.mu.Lock()
			s.look(now)
			s.mu.Unlock()
		}
	}
}

// look does what is due. The caller holds the lock.
func (s *Service) look(now time.Time) {
	for id, w := range s.workers {
		if now.Sub(w.heard) > s.limits.report {
			delete(s.workers, id)
		}
	}
	for _, r := range s.jobs {
		if r.ended() {
			continue
		}
		var changed bool
		if r.worker == "" {
			changed = s.lookWaiting(r, now)
		} else {
			changed = s.lookTaken(r, now)
		}
		if !changed {
			continue
		}
		if err := s.store.save(r); err != nil {
			log.Printf("dataflow: %v", err)
		}
	}
}

// lookWaiting fails a job whose image no worker offers, as Dataflow fails one whose image cannot be pulled.
func (s *Service) lookWaiting(r *record, now time.Time) bool {
	named := image(r.Job)
	var offered []string
	for _, w := range s.workers {
		if now.Sub(w.heard) <= max(s.limits.image, s.limits.report) {
			offered = append(offered, w.images...)
		}
	}
	if slices.Contains(offered, named) {
		if r.Job.CurrentState == statePending && now.Sub(r.Created) > time.Second {
			r.enter(stateQueued, now) // all workers of its image are busy
			return true
		}
		return false
	}
	if now.Sub(r.Created) < s.limits.image {
		return false
	}
	slices.Sort(offered)
	has := "no worker is there"
	if len(offered) > 0 {
		has = "workers are there for: " + strings.Join(slices.Compact(offered), ", ")
	}
	r.fail(now, "Unable to pull container image %s: not found. In the sandbox an image is there when a worker offers it (%s). "+
		"Start `sandbox worker --image %s` in the pipeline's container, or name another image with --sdk_container_image.", named, has, named)
	return true
}

// lookTaken fails a job whose worker is gone, and cancels one that is to be cancelled from outside.
func (s *Service) lookTaken(r *record, now time.Time) bool {
	if silent := now.Sub(r.heard); silent > s.limits.report {
		if r.Job.CurrentState == stateCancelling {
			r.enter(stateCancelled, now)
			return true
		}
		r.fail(now, "The job lost its worker: %s has not been heard of for %d seconds. The worker lost contact with the service.", r.worker, int(silent.Seconds()))
		return true
	}
	if f := r.Fault; f.CancelFromOutside && r.Job.CurrentState == stateRunning && now.Sub(r.Running) >= f.After {
		if err := s.cancel(r, "Cancel request is committed for workflow job: "+r.Job.Id+"."); err != nil {
			log.Printf("dataflow: cancel job %s from outside: %v", r.Job.Id, err)
		}
	}
	return false
}
