using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.IO.Compression;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Text;

namespace Gateway.Dicom.DataSets;

/// <summary>
/// A data set in memory, in ascending order of its tags; long values stay in the stream that it was read from. It does not change: what
/// changes it makes a new one. Of a tag that stands there twice, the accessors see the first.
/// </summary>
public sealed class DataSet : IReadOnlyList<DataElement>
{
    /// <summary>The longest value that is read as text or numbers, in bytes; a longer one is as if it were absent.</summary>
    public const int LongestReadValue = 16 * 1024 * 1024;

    private readonly List<DataElement> elements;

    /// <summary>A data set of elements, which are put into order.</summary>
    /// <param name="elements">The elements.</param>
    /// <param name="outer">The character set of the data set around it, which holds where it has none of its own.</param>
    public DataSet(IEnumerable<DataElement> elements, SpecificCharacterSet? outer = null)
    {
        this.elements = [.. elements];
        if (!IsOrdered())
            this.elements = [.. this.elements.OrderBy(element => element.Tag.Number)]; // which leaves equal tags as they are
        CharacterSet = OwnCharacterSet() ?? outer ?? SpecificCharacterSet.Default;
    }

    /// <summary>The number of elements.</summary>
    public int Count => elements.Count;

    /// <summary>Its Specific Character Set (0008,0005), or that of the data set around it (PS3.3 section C.12.1.1.2).</summary>
    public SpecificCharacterSet CharacterSet { get; private set; }

    /// <summary>Whether an element of it, or of an item in it, is encapsulated in fragments.</summary>
    public bool HasFragments => elements.Exists(element => element.Value is FragmentsValue
        || (element.Value is SequenceValue sequence && sequence.Items.Any(item => item.DataSet.HasFragments)));

    /// <summary>The element at a place.</summary>
    /// <param name="index">The place, from 0.</param>
    public DataElement this[int index] => elements[index];

    /// <summary>The element with a tag; null where there is none.</summary>
    /// <param name="tag">The tag.</param>
    public DataElement? Find(Tag tag)
    {
        var (low, high) = (0, elements.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (elements[middle].Tag < tag)
                low = middle + 1;
            else
                high = middle;
        }

        return low < elements.Count && elements[low].Tag == tag ? elements[low] : null;
    }

    /// <summary>A private element of a creator (PS3.5 section 7.8.1); null where there is none.</summary>
    /// <param name="creator">The creator, as its Private Creator element has it.</param>
    /// <param name="group">The odd group.</param>
    /// <param name="element">The low byte of the element number.</param>
    public DataElement? Find(string creator, ushort group, byte element)
    {
        for (ushort block = 0x10; block <= 0xFF; block++)
        {
            if (Text(new Tag(group, block)) == creator)
                return Find(new Tag(group, (ushort)((block << 8) | element)));
        }

        return null;
    }

    /// <summary>The text of an element without padding, several values joined by backslashes; null where it is absent or no text.</summary>
    /// <param name="tag">The tag.</param>
    public string? Text(Tag tag)
    {
        var element = Find(tag);
        return element?.EffectiveVr is { IsText: true } vr && Bytes(element) is { } bytes ? CharacterSet.Decode(bytes.Span, vr) : null;
    }

    /// <summary>The texts of an element, one a value, without padding; none where it is absent, empty or no text.</summary>
    /// <param name="tag">The tag.</param>
    public IReadOnlyList<string> Texts(Tag tag)
    {
        if (Text(tag) is not { Length: > 0 } text)
            return [];
        return Find(tag)!.EffectiveVr.IsOneText ? [text] : [.. text.Split('\\').Select(value => value.Trim(' '))];
    }

    /// <summary>The UIDs of an element that are readable.</summary>
    /// <param name="tag">The tag.</param>
    public IReadOnlyList<Uid> Identifiers(Tag tag) =>
        [.. Texts(tag).Select(text => Uid.TryParse(text, out var uid) ? uid : (Uid?)null).OfType<Uid>()];

    /// <summary>The whole numbers of an element: of IS, and of the binary VRs; none where it is absent or one cannot be read.</summary>
    /// <param name="tag">The tag.</param>
    public IReadOnlyList<long> Integers(Tag tag)
    {
        var element = Find(tag);
        if (element?.EffectiveVr.ToString() == "IS")
        {
            return Parsed(
                tag, static (string text, out long value) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value));
        }

        return element?.EffectiveVr.ToString() switch
        {
            "US" => Binary(element, 2, BinaryPrimitives.ReadUInt16LittleEndian, static value => (long)value),
            "SS" => Binary(element, 2, BinaryPrimitives.ReadInt16LittleEndian, static value => (long)value),
            "UL" => Binary(element, 4, BinaryPrimitives.ReadUInt32LittleEndian, static value => (long)value),
            "SL" => Binary(element, 4, BinaryPrimitives.ReadInt32LittleEndian, static value => (long)value),
            "SV" => Binary(element, 8, BinaryPrimitives.ReadInt64LittleEndian, static value => value),
            "UV" => Binary(element, 8, BinaryPrimitives.ReadInt64LittleEndian, static value => value) is var values
                && values.TrueForAll(value => value >= 0) ? values : [], // more than a long can hold
            _ => [],
        };
    }

    /// <summary>The numbers of an element: of DS, FL, FD, and of all VRs of whole numbers; none where it is absent or one cannot be read.</summary>
    /// <param name="tag">The tag.</param>
    public IReadOnlyList<double> Numbers(Tag tag)
    {
        var element = Find(tag);
        return element?.EffectiveVr.ToString() switch
        {
            "DS" => Parsed(
                tag, static (string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)),
            "FL" => Binary(element, 4, BinaryPrimitives.ReadSingleLittleEndian, static value => (double)value),
            "FD" => Binary(element, 8, BinaryPrimitives.ReadDoubleLittleEndian, static value => value),
            _ => [.. Integers(tag).Select(value => (double)value)],
        };
    }

    /// <summary>The items of a sequence; none where it is absent or no sequence.</summary>
    /// <param name="tag">The tag.</param>
    public IReadOnlyList<DataSet> Items(Tag tag) =>
        Find(tag)?.Value is SequenceValue sequence ? [.. sequence.Items.Select(item => item.DataSet)] : [];

    /// <summary>A data set with an element in place of every one with its tag, or added.</summary>
    /// <param name="element">The element.</param>
    public DataSet With(DataElement element) =>
        new(elements.Where(other => other.Tag != element.Tag).Append(element), CharacterSet);

    /// <summary>A data set without the elements with a tag.</summary>
    /// <param name="tag">The tag.</param>
    public DataSet Without(Tag tag) => new(elements.Where(other => other.Tag != tag), CharacterSet);

    /// <summary>
    /// Writes the data set in the layout of a transfer syntax, in ascending order and with values of even length; sequences keep a defined
    /// or undefined length. Long values pass in blocks.
    /// </summary>
    /// <param name="target">Is left open.</param>
    /// <param name="syntax">The transfer syntax. Pixels are not changed: they must be native, or encapsulated in it already.</param>
    /// <param name="groupLengths">What becomes of group length elements.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ArgumentException">Nobody knows the layout of the syntax, or it cannot hold encapsulated data.</exception>
    /// <exception cref="IOException">A long value cannot be read, or the target fails.</exception>
    public void WriteTo(Stream target, TransferSyntax syntax, GroupLengths groupLengths, CancellationToken cancellation)
    {
        ThrowIfNotWritable(syntax);
        if (syntax.Encoding != DataSetEncoding.Deflated)
        {
            using var buffered = new BlockStream(target);
            new DataSetEncoder(buffered, syntax.Encoding, groupLengths, cancellation).Write(this);
            return;
        }

        using var counted = new BlockStream(target);
        using (var deflate = new DeflateStream(counted, CompressionLevel.Optimal, leaveOpen: true))
        using (var buffered = new BlockStream(deflate))
            new DataSetEncoder(buffered, DataSetEncoding.ExplicitLittleEndian, groupLengths, cancellation).Write(this);
        if (counted.Length == 0)
            counted.Write([0x03, 0x00]); // an empty block (RFC 1951 section 3.2.3), which the framework does not write
        if (counted.Length % 2 != 0)
            counted.WriteByte(0); // PS3.5 annex A.5
    }

    /// <inheritdoc/>
    public IEnumerator<DataElement> GetEnumerator() => elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Gives what only the data sets around it can say, once after reading: the character set, and the VRs that the encoding leaves out.
    /// </summary>
    internal void Complete(SpecificCharacterSet outer, ImplicitRepresentations representations)
    {
        CharacterSet = OwnCharacterSet() ?? outer;
        var here = representations.Inside(this);
        for (var index = 0; index < elements.Count; index++)
        {
            var element = elements[index];
            if (element.Vr == ValueRepresentation.None)
                elements[index] = element with { Vr = here.Of(element) };
            if (element.Value is SequenceValue sequence)
            {
                foreach (var item in sequence.Items)
                    item.DataSet.Complete(CharacterSet, here);
            }
        }
    }

    internal void ThrowIfNotWritable(TransferSyntax syntax)
    {
        if (syntax.Encoding == DataSetEncoding.Opaque || syntax.HasBigEndianPixels)
            throw new ArgumentException($"Data sets cannot be written in the private transfer syntax {syntax}.", nameof(syntax));
        if (!syntax.IsEncapsulated && HasFragments)
            throw new ArgumentException($"The transfer syntax {syntax} cannot hold encapsulated data.", nameof(syntax));
    }

    private delegate bool Parser<T>(string text, out T value);

    private delegate T BinaryReader<T>(ReadOnlySpan<byte> bytes);

    private static ReadOnlyMemory<byte>? Bytes(DataElement? element) =>
        element?.Value is BytesValue { Length: <= LongestReadValue } value ? value.ToMemory() : null;

    private bool IsOrdered()
    {
        for (var index = 1; index < elements.Count; index++)
        {
            if (elements[index].Tag < elements[index - 1].Tag)
                return false;
        }

        return true;
    }

    private SpecificCharacterSet? OwnCharacterSet() =>
        Bytes(Find(Tag.SpecificCharacterSet)) is { Length: > 0 } value ? SpecificCharacterSet.Parse(value.Span) : null;

    private List<T> Parsed<T>(Tag tag, Parser<T> parse)
    {
        List<T> values = [];
        foreach (var text in Texts(tag))
        {
            if (!parse(text, out var value))
                return [];
            values.Add(value);
        }

        return values;
    }

    private static List<TResult> Binary<T, TResult>(DataElement element, int width, BinaryReader<T> read, Func<T, TResult> convert)
    {
        List<TResult> values = [];
        if (Bytes(element) is not { } bytes)
            return values;
        Span<byte> number = stackalloc byte[width];
        for (var start = 0; start + width <= bytes.Length; start += width)
        {
            bytes.Span.Slice(start, width).CopyTo(number);
            if (((BytesValue)element.Value).IsBigEndian)
                number.Reverse();
            values.Add(convert(read(number)));
        }

        return values;
    }
}
