use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::ComponentRole::{Attribute, Dimension, Measure, MeasureDimension, TimeDimension};
use super::*;

/// Two structures, a dataflow and a provision agreement of SDMX 2.1.
const TWO: &str = r#"<?xml version="1.0"?>
<m:Structure xmlns:m="message" xmlns:s="structure"><m:Header><m:Structure/></m:Header><m:Structures>
<s:Dataflows><s:Dataflow id="DF" agencyID="ONS" version="2.0"><s:Structure><Ref id="B" agencyID="ONS" version="1.1"/></s:Structure></s:Dataflow></s:Dataflows>
<s:ProvisionAgreements><s:ProvisionAgreement id="PA" agencyID="ONS" version="1.0">
  <s:StructureUsage><Ref id="DF" agencyID="ONS" version="2.0"/></s:StructureUsage></s:ProvisionAgreement></s:ProvisionAgreements>
<s:Constraints><s:ProvisionAgreement><Ref id="DF"/></s:ProvisionAgreement></s:Constraints>
<s:DataStructures>
<s:DataStructure id="A" agencyID="ONS" version="1.0"><s:DataStructureComponents>
  <s:DimensionList>
    <s:TimeDimension position="1"/>
    <s:Dimension position="3"><s:ConceptIdentity><Ref id="SEX" maintainableParentID="CS"/></s:ConceptIdentity>
      <s:LocalRepresentation><s:Enumeration><Ref id="CL_SEX"/></s:Enumeration></s:LocalRepresentation></s:Dimension>
    <s:MeasureDimension id="INDICATOR" position="2"/>
  </s:DimensionList>
  <s:Group id="G"><s:GroupDimension><s:DimensionReference><Ref id="SEX"/></s:DimensionReference></s:GroupDimension></s:Group>
  <s:AttributeList><s:Attribute id="NOTE"><s:LocalRepresentation><s:TextFormat textType="String"/></s:LocalRepresentation>
    <s:AttributeRelationship><s:Dimension><Ref id="SEX"/></s:Dimension></s:AttributeRelationship></s:Attribute></s:AttributeList>
  <s:MeasureList><s:PrimaryMeasure><s:ConceptIdentity><Ref id="VALUE"/></s:ConceptIdentity></s:PrimaryMeasure></s:MeasureList>
</s:DataStructureComponents></s:DataStructure>
<s:DataStructure id="B" agencyID="ONS" version="1.1"><s:DataStructureComponents><s:DimensionList><s:Dimension id="FREQ"/></s:DimensionList></s:DataStructureComponents></s:DataStructure>
<s:DataStructure id="STUB" agencyID="ONS" isExternalReference="true"/>
</s:DataStructures></m:Structures></m:Structure>"#;

/// SDMX 3.0: references are URNs in texts, measures are several, attributes may be arrays.
const THREE: &str = r#"<Structure><Structures><Dataflows><Dataflow id="DF" agencyID="E"><Structure>urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=E:D(2.0.0)</Structure></Dataflow></Dataflows>
<DataStructures><DataStructure id="D" agencyID="E" version="2.0.0"><DataStructureComponents>
<DimensionList><Dimension><ConceptIdentity>urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=E:CS(1.0).GEO</ConceptIdentity></Dimension></DimensionList>
<AttributeList><Attribute id="TOPIC"><LocalRepresentation minOccurs="1" maxOccurs="unbounded"><Enumeration>urn:x</Enumeration></LocalRepresentation></Attribute></AttributeList>
<MeasureList><Measure id="PERSONS"/><Measure id="RATE"><LocalRepresentation maxOccurs="1"><TextFormat textType="Double"/></LocalRepresentation></Measure></MeasureList>
</DataStructureComponents></DataStructure></DataStructures></Structures></Structure>"#;

fn listed(structure: &Structure) -> Vec<(&str, ComponentRole, Option<bool>, bool)> {
    structure.components.iter().map(|found| (found.id.as_str(), found.role, found.coded, found.array)).collect()
}

#[test]
fn the_components_of_2_1_stand_in_the_order_of_the_key() {
    let structure = Structure::read(TWO.as_bytes(), Some("ONS:A(1.0)")).unwrap();
    let expected = [
        ("INDICATOR", MeasureDimension, None, false),
        ("SEX", Dimension, Some(true), false),
        ("TIME_PERIOD", TimeDimension, None, false),
        ("OBS_VALUE", Measure, None, false),
        ("NOTE", Attribute, Some(false), false),
    ];
    assert_eq!(listed(&structure), expected);
    assert_eq!(structure.dimensions().count(), 3);
    assert_eq!(structure.component("SEX").unwrap().coded, Some(true));
}

#[test]
fn the_components_of_3_0_are_any_number_of_measures_and_arrays() {
    let expected = [
        ("GEO", Dimension, None, false),
        ("PERSONS", Measure, None, false),
        ("RATE", Measure, Some(false), false),
        ("TOPIC", Attribute, Some(true), true),
    ];
    let structure = Structure::read(THREE.as_bytes(), Some("E:DF")).unwrap();
    assert_eq!(listed(&structure), expected);
    assert_eq!(structure.reference.to_string(), "E:D(2.0.0)");
}

#[test]
fn dataflows_and_provision_agreements_lead_to_their_structure() {
    let structures = Structures::read(TWO.as_bytes()).unwrap();
    let found = |wanted| structures.resolve(Some(wanted)).map(|found| found.reference.to_string()).map_err(|error| error.to_string());
    for wanted in
        ["ONS:DF(2.0)", "ONS:PA(1.0)", "ONS:B(1.1)", "ONS:DF", "B", "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=ONS:DF(2.0)"]
    {
        assert_eq!(found(wanted).unwrap(), "ONS:B(1.1)", "{wanted}");
    }
    assert_eq!(
        found("ONS:DF(3.0)").unwrap_err(),
        "expected the data structure definition of \"ONS:DF(3.0)\", found \"ONS:A(1.0)\", \"ONS:B(1.1)\""
    );
    assert_eq!(
        structures.resolve(None).unwrap_err().to_string(),
        "expected one data structure definition, found \"ONS:A(1.0)\", \"ONS:B(1.1)\""
    );
}

#[test]
fn an_only_structure_serves_every_dataflow() {
    let structure = Structure::read(THREE.as_bytes(), Some("E:ANOTHER(1.0)")).unwrap();
    assert_eq!(structure.reference, Reference::parse("E:D(2.0.0)"));
    let none = Structure::read(&b"<Structure><Structures/></Structure>"[..], None).unwrap_err();
    assert_eq!(none.to_string(), "expected one data structure definition, found nothing");
}

#[test]
fn references_are_read_with_and_without_their_parts() {
    let parts = |text: &str| {
        let Reference { agency, id, version } = Reference::parse(text);
        [agency, id, version]
    };
    assert_eq!(parts("IMF.STA:IMTS(1.0.0)"), ["IMF.STA", "IMTS", "1.0.0"]);
    assert_eq!(parts(" AGENCY:DF_ID "), ["AGENCY", "DF_ID", ""]);
    assert_eq!(parts("DF_ID(1.0+)"), ["", "DF_ID", "1.0+"]);
    assert_eq!(parts("urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=BIS:BIS_DER(1.0)"), ["BIS", "BIS_DER", "1.0"]);
}

#[test]
fn what_is_no_structure_message_is_refused_with_its_place() {
    let deep = format!("<Structure>{}", "<a>".repeat(300));
    let long = format!("<Structure><!--{}--></Structure>", "x".repeat(5 << 20));
    let cases = [
        ("<Error/>", "the structure message is malformed at byte 0: the root element is Error, expected Structure"),
        (
            "<!DOCTYPE a [<!ENTITY b \"c\">]><Structure/>",
            "the structure message is malformed at byte 0: a document type declaration, which data has no use for",
        ),
        (
            "<Structure><KeyFamilies/></Structure>",
            "the structure message is malformed at byte 11: a key family of SDMX 2.0; versions from 2.1 on can be read",
        ),
        (
            "<Structure></Structures>",
            "the structure message is malformed at byte 11: ill-formed document: expected `</Structure>`, but `</Structures>` was found",
        ),
        (&deep, "the structure message is malformed at byte 776: elements are nested more than 256 deep"),
        (&long, "the structure message is malformed at byte 11: a tag or text is longer than 4194304 bytes"),
        ("", "the structure message is cut off at byte 0: elements are not closed"),
    ];
    for (text, expected) in cases {
        assert_eq!(Structures::read(text.as_bytes()).unwrap_err().to_string(), expected);
    }
    let twice = THREE.replace("RATE", "PERSONS");
    let error = Structures::read(twice.as_bytes()).unwrap_err().to_string();
    assert!(error.ends_with("two components of E:D(2.0.0) have the id PERSONS"), "{error}");
}

#[test]
fn a_message_cut_anywhere_has_no_structures() {
    for message in [TWO, THREE] {
        for end in 0..message.len() {
            let error = Structures::read(&message.as_bytes()[..end]).unwrap_err();
            assert!(matches!(error, DecodeError::Truncated { .. }), "cut at {end}: {error}");
        }
    }
}

proptest! {
    #[test]
    fn no_damage_makes_the_reader_panic(
        three in any::<bool>(),
        damage in vec((any::<Index>(), prop::sample::select(vec!["<", ">", "/>", "\"", "&", "&#0;", "</", "<![CDATA[", "<!--", "Ref", "é", ""])), 1..5),
    ) {
        let mut message = if three { THREE } else { TWO }.as_bytes().to_vec();
        for (at, piece) in damage {
            let at = at.index(message.len());
            message.splice(at..message.len().min(at + piece.len().max(1)), piece.bytes());
        }
        if let Ok(structures) = Structures::read(&message[..]) {
            let found = structures.resolve(None);
            prop_assert!(found.is_err() || found.is_ok_and(|found| !found.components.is_empty()));
        }
    }
}
