//! Bodies on their way: in frames, so that bandwidth is held and a connection that stands still is noticed.

use crate::wire::line::Line;
use crate::wire::pulse::Pulse;
use crate::wire::stream::Streamed;
use bytes::{Buf, Bytes};
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use opendal::Buffer;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, Sleep, sleep};

const FRAME: usize = 64 << 10;

/// What is sent.
pub(super) struct Outgoing {
    /// Read already.
    at_hand: Buffer,
    coming: Option<Receiver<Bytes>>,
    /// In all.
    left: u64,
    pulse: Arc<Pulse>,
    line: Arc<Line>,
    /// The next frame, and when bandwidth has room for it.
    held: Option<(Pin<Box<Sleep>>, Bytes)>,
}

impl Outgoing {
    pub fn new(body: Buffer, pulse: Arc<Pulse>, line: Arc<Line>) -> Self {
        Self {
            left: body.len() as u64,
            at_hand: body,
            coming: None,
            pulse,
            line,
            held: None,
        }
    }

    pub fn streamed(streamed: &Streamed, pulse: Arc<Pulse>, line: Arc<Line>) -> Self {
        Self {
            left: streamed.size,
            coming: (streamed.size > 0).then(|| (streamed.open)()),
            ..Self::new(Buffer::new(), pulse, line)
        }
    }

    fn goes(&self, frame: Bytes) -> Frame<Bytes> {
        if self.left == 0 {
            self.pulse.all_sent();
        } else {
            self.pulse.beat(Duration::ZERO);
        }
        Frame::data(frame)
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        if let Some((room, _)) = &mut self.held {
            ready!(room.as_mut().poll(context));
        }
        if let Some((_, frame)) = self.held.take() {
            return Poll::Ready(Some(Ok(self.goes(frame))));
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if !self.at_hand.has_remaining()
            && let Some(coming) = &mut self.coming
        {
            match ready!(coming.poll_recv(context)) {
                Some(piece) => self.at_hand = Buffer::from(piece),
                None => return Poll::Ready(Some(Err(std::io::Error::other("the file ended early")))),
            }
        }
        let most = usize::try_from(self.left).unwrap_or(FRAME).min(FRAME);
        let n = self.at_hand.remaining().min(most);
        // A slice: `copy_to_bytes` of such a buffer copies.
        let frame = self.at_hand.slice(..n).to_bytes();
        self.at_hand.advance(n);
        self.left -= n as u64;
        // Before it goes, not after: most files of a library are their own last frame.
        let hold = self.line.sent(n as u64);
        if hold.is_zero() {
            return Poll::Ready(Some(Ok(self.goes(frame))));
        }
        self.pulse.beat(hold);
        self.held = Some((Box::pin(sleep(hold)), frame));
        self.poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0 && self.held.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let held = self.held.as_ref().map_or(0, |(_, frame)| frame.len() as u64);
        SizeHint::with_exact(self.left + held)
    }
}

/// What is received.
pub(super) struct Incoming<S> {
    stream: S,
    stall: Duration,
    line: Arc<Line>,
    watch: Pin<Box<Sleep>>,
    /// A wait for bandwidth; says whether to go on after it.
    held: Option<Pin<Box<dyn Future<Output = bool> + Send + Sync>>>,
}

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Incoming<S> {
    pub fn new(stream: S, stall: Duration, line: Arc<Line>) -> Self {
        Self {
            stream,
            stall,
            line,
            watch: Box::pin(sleep(stall)),
            held: None,
        }
    }

    /// Whole, but for what is longer than `most`.
    pub async fn text(mut self, most: usize) -> opendal::Result<Vec<u8>> {
        let mut text = Vec::new();
        while let Some(piece) = poll_fn(|context| Pin::new(&mut self).poll_next(context)).await {
            text.extend_from_slice(&piece?.to_bytes());
            if text.len() >= most {
                text.truncate(most);
                break;
            }
        }
        Ok(text)
    }
}

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Incoming<S> {
    type Item = opendal::Result<Buffer>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(held) = &mut self.held {
            let goes_on = ready!(held.as_mut().poll(context));
            self.held = None;
            if !goes_on {
                return Poll::Ready(Some(Err(super::stopped())));
            }
            let until = Instant::now() + self.stall;
            self.watch.as_mut().reset(until);
        }
        match Pin::new(&mut self.stream).poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                let hold = self.line.got(piece.len() as u64);
                let until = Instant::now() + self.stall;
                self.watch.as_mut().reset(until);
                if !hold.is_zero() {
                    self.held = Some(Box::pin(self.line.clone().hold(hold)));
                }
                Poll::Ready(Some(Ok(Buffer::from(piece))))
            }
            Poll::Ready(Some(Err(broken))) => Poll::Ready(Some(Err(super::unsent(&broken)))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                ready!(self.watch.as_mut().poll(context));
                Poll::Ready(Some(Err(super::stalled())))
            }
        }
    }
}

/// A body that was read already.
pub(super) struct Once(pub Option<Buffer>);

impl Stream for Once {
    type Item = opendal::Result<Buffer>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().filter(|text| !text.is_empty()).map(Ok))
    }
}
