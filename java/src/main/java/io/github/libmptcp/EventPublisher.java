// SPDX-License-Identifier: MIT
package io.github.libmptcp;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** An {@link EventStream} as a publisher, by the rules of Reactive Streams. */
final class EventPublisher implements Flow.Publisher<Event> {
  private final EventStream stream;
  private final AtomicBoolean isTaken = new AtomicBoolean();

  EventPublisher(EventStream stream) {
    this.stream = stream;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Event> subscriber) {
    if (subscriber == null) throw new NullPointerException("subscriber");
    Subscription subscription = new Subscription(subscriber);
    if (isTaken.compareAndSet(false, true)) {
      subscription.thread.start();
    } else {
      subscriber.onSubscribe(subscription);
      subscriber.onError(new IllegalStateException("this publisher has a subscriber already"));
    }
  }

  private final class Subscription implements Flow.Subscription, Runnable {
    final Thread thread = new Thread(this, "mptcp-events");
    private final Flow.Subscriber<? super Event> subscriber;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long wanted;
    private boolean isCancelled;
    private Throwable misuse;

    Subscription(Flow.Subscriber<? super Event> subscriber) {
      this.subscriber = subscriber;
      thread.setDaemon(true);
    }

    @Override
    public void request(long count) {
      change(() -> {
        if (count <= 0) {
          misuse = Failures.invalid("a request for " + count + " events");
        } else {
          wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
        }
      });
    }

    @Override
    public void cancel() {
      change(() -> isCancelled = true);
      if (Thread.currentThread() != thread) thread.interrupt(); // it may wait for an event
    }

    private void change(Runnable change) {
      lock.lock();
      try {
        change.run();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void run() {
      subscriber.onSubscribe(this);
      try {
        var events = stream.iterator();
        while (isWanted()) {
          if (!events.hasNext()) {
            if (!isOver()) subscriber.onComplete();
            return;
          }
          if (isOver()) return;
          subscriber.onNext(events.next());
        }
      } catch (InterruptedException cancelled) {
        // Nobody listens any more.
      } catch (RuntimeException failure) {
        if (!isOver()) subscriber.onError(failure);
      }
    }

    // Waits for it; false when it is over.
    private boolean isWanted() throws InterruptedException {
      lock.lockInterruptibly();
      try {
        while (wanted == 0 && !isCancelled && misuse == null) changed.await();
        if (isCancelled) return false;
        if (misuse != null) throw (RuntimeException) misuse;
        wanted--;
        return true;
      } finally {
        lock.unlock();
      }
    }

    private boolean isOver() {
      lock.lock();
      try {
        return isCancelled;
      } finally {
        lock.unlock();
      }
    }
  }
}
