//! `qres gene show --provenance`: where a gene came from, in the words of W3C PROV.

use crate::text::units;
use qres_core::{
    gene::{Gene, Lineage, Origin, Rule},
    trust::Name,
};
use serde_json::{Value, json};

/// The document: the gene, how it was made and of what, and who stands for it.
pub(super) fn document(gene: &Gene<'_>, signer: Option<Name>) -> Value {
    let id = named("gene", &units::hex(&gene.id()));
    let mut entity = json!({ "@id": id, "@type": "prov:Entity" });
    let mut graph = Vec::new();
    if let Some(name) = signer {
        entity["prov:wasAttributedTo"] = json!({ "@id": name.to_string() });
        graph.push(json!({ "@id": name.to_string(), "@type": "prov:Agent" }));
    }
    if let Some(lineage) = gene.lineage() {
        let parents =
            lineage.parents().iter().map(|parent| json!({ "@id": named("gene", &units::hex(parent)) }));
        let parents: Vec<Value> = parents.collect();
        let mut activity = json!({ "@id": "_:making", "@type": "prov:Activity" });
        let mut used = parents.clone();
        made(&lineage, &mut activity, &mut used);
        activity["prov:used"] = used.into();
        entity["prov:wasGeneratedBy"] = json!({ "@id": "_:making" });
        if !parents.is_empty() {
            entity["prov:wasDerivedFrom"] = parents.into();
        }
        graph.push(activity);
    }
    graph.insert(0, entity);
    json!({
        "@context": { "prov": "http://www.w3.org/ns/prov#", "qres": "urn:qres:" },
        "@graph": graph,
    })
}

/// How the gene was made, and what else was used for it.
fn made(lineage: &Lineage, activity: &mut Value, used: &mut Vec<Value>) {
    match lineage.origin() {
        Origin::Trained { data, rows } => {
            activity["qres:rows"] = rows.into();
            used.push(json!({ "@id": named("data", &units::hex(&data)) }));
        }
        Origin::Merged(rule) => activity["qres:mergedBy"] = rule_in_words(rule).into(),
    }
}

fn named(kind: &str, digest: &str) -> String {
    format!("urn:qres:{kind}:{digest}")
}

/// A rule of merging in words.
pub(super) fn rule_in_words(rule: Rule) -> String {
    match rule {
        Rule::Mean => "mean".into(),
        Rule::Median => "median".into(),
        Rule::Trimmed { cut } => format!("trimmed mean, {cut} left out on each side"),
    }
}
