using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Part10;

namespace Gateway.Dicom.Coercion;

/// <summary>
/// Makes a copy of an instance in which attributes are changed, and writes down what they were in its Original Attributes Sequence
/// (PS3.3 section C.12.1.1.9), so that the copy can be led back. The original is not touched; pixels pass as they are.
/// </summary>
/// <param name="Changes">What is changed, in this order.</param>
/// <param name="ModifyingSystem">Who changes it, at most 64 characters: Modifying System (0400,0563).</param>
/// <param name="Source">Where the instance came from, at most 64 characters, or nothing: Source of Previous Values (0400,0564).</param>
/// <param name="At">When: Attribute Modification DateTime (0400,0562) and Instance Coercion DateTime (0008,0015).</param>
public sealed record InstanceCoercion(IReadOnlyList<AttributeChange> Changes, string ModifyingSystem, string Source, DateTimeOffset At)
{
    private static readonly Tag InstanceCoercionDateTime = new(0x0008, 0x0015);
    private static readonly Tag ModifiedAttributesSequence = new(0x0400, 0x0550);
    private static readonly Tag OriginalAttributesSequence = new(0x0400, 0x0561);
    private static readonly Tag AttributeModificationDateTime = new(0x0400, 0x0562);
    private static readonly Tag ModifyingSystemTag = new(0x0400, 0x0563);
    private static readonly Tag SourceOfPreviousValues = new(0x0400, 0x0564);
    private static readonly Tag ReasonForModification = new(0x0400, 0x0565);

    /// <summary>Writes a coerced copy of a DICOM file, in the same transfer syntax and character set.</summary>
    /// <param name="file">A seekable stream, at the start of the file.</param>
    /// <param name="output">Is given the whole copy, with a header of our own; left open.</param>
    /// <param name="limits">What is gone through, and what is kept in memory.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The attributes that were changed; none where all had their values already.</returns>
    /// <exception cref="CoercionException">An attribute cannot be changed so; nothing was written.</exception>
    /// <exception cref="Part10Exception">The file is not a DICOM file.</exception>
    /// <exception cref="DataSetException">The data set cannot be read; one in a private transfer syntax cannot.</exception>
    /// <exception cref="IOException">A stream fails.</exception>
    public IReadOnlyList<Tag> Apply(Stream file, Stream output, DataSetLimits limits, CancellationToken cancellation)
    {
        var meta = Part10Header.Read(file).Meta;
        var set = DataSetReader.Load(file, meta.TransferSyntax, limits, cancellation);
        var coerced = Apply(set, out var changed);
        if (meta.TransferSyntax.HasBigEndianPixels)
            throw new CoercionException(OriginalAttributesSequence, "data sets in this private transfer syntax are not written here");
        if (!meta.TransferSyntax.IsEncapsulated && set.HasFragments)
            throw new CoercionException(OriginalAttributesSequence, "the data set is encapsulated in a transfer syntax that is not");
        DicomFile.Write(output, meta, coerced, GroupLengths.Recompute, cancellation);
        return changed;
    }

    /// <summary>A coerced copy of a data set.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="changed">The attributes that were changed; none where all had their values already.</param>
    /// <exception cref="CoercionException">An attribute cannot be changed so.</exception>
    public DataSet Apply(DataSet set, out IReadOnlyList<Tag> changed)
    {
        var coerced = set;
        List<DataElement> previous = [];
        List<Tag> tags = [];
        foreach (var change in Changes)
        {
            var before = coerced.Find(change.Tag);
            if (Changed(coerced, change) is not { } after)
                continue;
            coerced = coerced.With(after);
            if (tags.Contains(change.Tag))
                continue; // what was there first is written down already
            tags.Add(change.Tag);
            if (before is not null)
                previous.Add(before);
        }

        changed = tags;
        return tags.Count == 0 ? set : Recorded(coerced, previous);
    }

    private static DataElement? Changed(DataSet set, AttributeChange change)
    {
        var tag = change.Tag;
        if (tag.Group is 0x0002 or 0x7FE0 || tag.Element == 0 || tag == Tag.SopClassUid || tag == Tag.SopInstanceUid
            || tag == Tag.SpecificCharacterSet || tag == OriginalAttributesSequence)
            throw new CoercionException(tag, "it is not a coercion to change what the instance is, or what holds the record");
        switch (change)
        {
            case AttributeChange.Replace replace:
                return replace.Text == set.Text(tag) ? null : Text(set, tag, replace.Text);
            case AttributeChange.Prefix prefix:
                return set.Texts(tag) is [] ? null : Text(set, tag, Each(set, tag, text => prefix.Text + text));
            case AttributeChange.Map map:
                return set.Texts(tag) is [] || Each(set, tag, text => Mapped(map, text)) is var mapped && mapped == set.Text(tag) ? null : Text(set, tag, mapped);
            case AttributeChange.ReplaceItem item:
                if (DataDictionary.RepresentationOf(tag) != ValueRepresentation.Sequence)
                    throw new CoercionException(tag, "it is not a sequence of the dictionary");
                if (set.Items(tag) is [var one] && one.Count == item.Texts.Count && item.Texts.All(text => one.Text(text.Tag) == text.Text))
                    return null;
                var elements = item.Texts.Select(text => Text(new DataSet([], set.CharacterSet), text.Tag, text.Text));
                return Sequence(tag, new DataSet(elements, set.CharacterSet));
            default:
                throw new InvalidOperationException($"{change} is a change of no kind that is known.");
        }
    }

    private static string Each(DataSet set, Tag tag, Func<string, string> change)
    {
        var old = set.Texts(tag);
        return old.Any(text => text.Contains('\uFFFD', StringComparison.Ordinal))
            ? throw new CoercionException(tag, $"its value cannot be read in the character set {set.CharacterSet}")
            : string.Join('\\', old.Select(change));
    }

    private static string Mapped(AttributeChange.Map map, string text) =>
        map.Table.TryGetValue(text.Trim(' '), out var mapped) ? mapped
        : map.UnmappedPrefix is { } prefix ? prefix + text
        : throw new CoercionException(map.Tag, $"its value is not in {map.Rule}");

    private static DataElement Text(DataSet set, Tag tag, string text)
    {
        var vr = DataDictionary.RepresentationOf(tag);
        if (vr == ValueRepresentation.Unknown && set.Find(tag) is { } there)
            vr = there.Vr; // a private attribute has the VR that it came with
        if (!vr.IsText)
            throw new CoercionException(tag, "its VR is not one of text");
        if (TextRules.Violation(text, vr) is { } violation)
            throw new CoercionException(tag, violation);
        if (!set.CharacterSet.TryEncode(text, vr, out var bytes, out var reason))
            throw new CoercionException(tag, reason);
        return DataElement.OfText(tag, vr, bytes);
    }

    private static DataElement Sequence(Tag tag, params IEnumerable<DataSet> items) => new(
        tag, ValueRepresentation.Sequence, new SequenceValue([.. items.Select(item => new SequenceItem(item))]));

    private DataSet Recorded(DataSet coerced, List<DataElement> previous)
    {
        var empty = new DataSet([], coerced.CharacterSet);
        var at = At.ToString("yyyyMMddHHmmss.ffffffzzz").Replace(":", "", StringComparison.Ordinal);
        var record = new DataSet(
            [
                Sequence(ModifiedAttributesSequence, new DataSet(previous, coerced.CharacterSet)),
                Text(empty, AttributeModificationDateTime, at),
                Text(empty, ModifyingSystemTag, ModifyingSystem),
                Text(empty, SourceOfPreviousValues, Source),
                Text(empty, ReasonForModification, "COERCE"),
            ],
            coerced.CharacterSet);
        var earlier = coerced.Find(OriginalAttributesSequence)?.Value as SequenceValue;
        var items = (earlier?.Items ?? []).Append(new SequenceItem(record)).ToArray();
        return coerced
            .With(new DataElement(
                OriginalAttributesSequence, ValueRepresentation.Sequence, new SequenceValue(items, earlier?.IsUndefinedLength ?? false)))
            .With(Text(empty, InstanceCoercionDateTime, at));
    }
}
