//! Peers that are found: told of by peers, or announced on the same network (`--discover`).
//!
//! Only names that are trusted already count: what is found is an address, and whoever answers there still has to show that it
//! is who it is said to be.

use super::{Node, meet, ticket::Ticket, wire::MAX_TOLD};
use crate::failure::{Failure, Outcome};
use mdns_sd::{IfKind, ServiceDaemon, ServiceEvent, ServiceInfo};
use qres_core::trust::Name;
use std::{
    net::{IpAddr, SocketAddr},
    rc::Rc,
};
use tokio::task::spawn_local;

/// What nodes are called on a network.
const SERVICE: &str = "_qres._udp.local.";
/// The property that has the whole name.
const NAME: &str = "name";

impl Node {
    /// The peers that a peer is told of: those that are connected, and as welcome as it is.
    pub(super) fn known(&self, to: Name) -> Vec<(Name, SocketAddr)> {
        let peers = self.peers.borrow();
        if peers.get(&to).is_none_or(|peer| peer.is_stranger) {
            return vec![];
        }
        let others = peers.iter().filter(|(name, peer)| **name != to && !peer.is_stranger);
        others.filter_map(|(name, peer)| Some((*name, peer.address?))).take(MAX_TOLD).collect()
    }

    /// Takes note of where a peer is, if it is one that is waited for: one that is followed is dialled.
    pub(super) fn found(self: &Rc<Self>, name: Name, address: SocketAddr) {
        let is_named = self.setup.peers.iter().any(|ticket| ticket.name == name);
        let is_up = match self.peers.borrow().get(&name) {
            Some(peer) if !peer.is_stranger => peer.connections > 0,
            _ => return,
        };
        if name == self.name || is_named || is_up || self.is_banned(name) {
            return;
        }
        if let Some(port) = address.port().checked_add(1) {
            self.live.borrow_mut().is_at(name, SocketAddr::new(address.ip(), port));
            self.learning.borrow_mut().meet(name);
        }
        let ticket = Ticket { name, address: address.to_string() };
        let before = self.found.borrow_mut().insert(name, ticket.clone());
        if before.is_none() && self.follows(name) {
            spawn_local(meet::keep_dialling(Rc::clone(self), ticket));
        }
    }
}

/// Announces the node on the networks it is on, and finds others there, until it ends.
pub(super) fn announce(node: &Rc<Node>) -> Outcome {
    let cannot = |error: mdns_sd::Error| {
        Failure::refused(
            format!("cannot look for peers: {error}"),
            "leave `--discover` out, and name them with `--peer`",
        )
    };
    let daemon = ServiceDaemon::new().map_err(cannot)?;
    let listens = node.quic.address()?;
    if listens.ip().is_loopback() {
        daemon.disable_interface(IfKind::All).map_err(cannot)?;
        let loopback = if listens.is_ipv4() { IfKind::LoopbackV4 } else { IfKind::LoopbackV6 };
        daemon.enable_interface(loopback).map_err(cannot)?;
    }
    let (name, short) = (node.name.to_string(), node.name.short().to_string());
    let host = format!("qres-{short}.local.");
    let properties = [(NAME, name.as_str())];
    let is_anywhere = listens.ip().is_unspecified();
    let address = if is_anywhere { String::new() } else { listens.ip().to_string() };
    let own = ServiceInfo::new(SERVICE, &short, &host, &*address, listens.port(), &properties[..]);
    let own = own.map_err(cannot)?;
    daemon.register(if is_anywhere { own.enable_addr_auto() } else { own }).map_err(cannot)?;
    let heard = daemon.browse(SERVICE).map_err(cannot)?;
    let node = Rc::clone(node);
    spawn_local(async move {
        // The daemon announces for as long as it is held.
        let _daemon = daemon;
        while let Ok(event) = heard.recv_async().await {
            if let ServiceEvent::ServiceResolved(service) = event {
                let name = service.get_property_val_str(NAME).and_then(Name::parse);
                let address = service
                    .get_addresses()
                    .iter()
                    .map(mdns_sd::ScopedIp::to_ip_addr)
                    .min_by_key(IpAddr::is_ipv6);
                if let Some((name, address)) = name.zip(address) {
                    node.found(name, SocketAddr::new(address, service.get_port()));
                }
            }
        }
    });
    Ok(())
}
