//! What holds at every home that a consent opens: whose it is, and its end.

use super::home::{Home, noise, through};
use albumen_store::{Destination, ErrorKind};
use albumen_testkit::double::oauth::OAuth;

/// `there` was consented to by somebody else than the library's owner: nothing is written, read or believed.
pub async fn refuses_another_account(home: &Home, there: &Destination) {
    home.outside.write("a.jpg", b"a photo");
    let (small, large) = (home.original(b"another"), home.original(&noise(1, 9 << 20)));
    let asked = [
        there.put("b.jpg", &small, &through()).await.map(drop),
        there.put("c.mp4", &large, &through()).await.map(drop),
        there.put_bytes(".albumen/x", b"ours".to_vec()).await.map(drop),
        there.head("a.jpg", &through()).await.map(drop),
        there.list(&through(), &mut |_| true).await,
        there.digest("a.jpg", &through()).await.map(drop),
        there.delete_if("a.jpg", "rev=1").await,
        there.is_there(&through()).await.map(drop),
        there.learn().await.map(drop),
    ];
    for (at, refused) in asked.into_iter().enumerate() {
        let refused = refused.expect_err("another account");
        assert_eq!(refused.kind, ErrorKind::WrongAccount, "{at}");
    }
    home.holds(&[("a.jpg", b"a photo")]);
}

pub async fn asks_to_sign_in_again_once_it_is_taken_back(home: &Home, oauth: &OAuth) {
    home.put("a.jpg", b"a photo").await.expect("put");
    oauth.revoke_all();
    let refused = home.put("b.jpg", b"another").await.expect_err("no consent");
    assert_eq!(refused.kind, ErrorKind::SignInAgain, "{refused}");
    assert!(refused.is_fatal());
    home.holds(&[("a.jpg", b"a photo")]);
}
