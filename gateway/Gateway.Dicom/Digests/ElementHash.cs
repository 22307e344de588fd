using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Dicom.DataSets;
using Gateway.Dicom.Dictionary;
using Gateway.Dicom.Registry;
using Gateway.Dicom.Text;

namespace Gateway.Dicom.Digests;

/// <summary>
/// The SHA-256 of elements in one normal form: tag, then the value with its length in little endian, or the items, or the fragments. The
/// VR is not part of it, since implicit VR does not have it; nor is padding where the dictionary says that the value is text.
/// </summary>
internal sealed class ElementHash(TransferSyntax syntax, DataSetLimits limits, CancellationToken cancellation) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Append(DataElement element, SpecificCharacterSet characterSet) => Append(element, characterSet, 0);

    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();

    private void Append(DataElement element, SpecificCharacterSet characterSet, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        if (element.Tag.Element == 0)
            return; // a group length
        Number(element.Tag.Number);
        var vr = DataDictionary.RepresentationOf(element.Tag);
        switch (element.Value)
        {
            case SequenceValue { Items.Count: > 0 } sequence:
                Items(sequence.Items, depth);
                break;
            case BytesValue bytes when Private(bytes, vr, characterSet, depth) is { Count: > 0 } items:
                Items(items, depth);
                break;
            case BytesValue bytes:
                Bytes(bytes, element.Vr, vr);
                break;
            case FragmentsValue fragments:
                Kind('F');
                hash.AppendData(Encoding.ASCII.GetBytes(syntax.Uid.Value));
                foreach (var fragment in fragments.Fragments)
                    Bytes(fragment, ValueRepresentation.None, vr);
                break;
            default:
                Kind('V'); // a sequence without items is an empty value to who does not know its VR
                Number(0);
                break;
        }
    }

    /// <summary>
    /// A private sequence of defined length is bytes in implicit VR, and a known one may be bytes of VR UN; both have the digest that they
    /// have elsewhere.
    /// </summary>
    private IReadOnlyList<SequenceItem>? Private(BytesValue bytes, ValueRepresentation vr, SpecificCharacterSet characterSet, int depth) =>
        (vr == ValueRepresentation.Unknown || vr == ValueRepresentation.Sequence) && depth < limits.MaximumNesting
            ? DataSetReader.LoadItems(bytes, characterSet, limits, cancellation)
            : null;

    private void Items(IReadOnlyList<SequenceItem> items, int depth)
    {
        Kind('S');
        foreach (var item in items)
        {
            Kind('I');
            foreach (var element in item.DataSet)
                Append(element, item.DataSet.CharacterSet, depth + 1);
        }

        Kind('E');
    }

    private void Bytes(BytesValue value, ValueRepresentation written, ValueRepresentation vr)
    {
        Kind('V');
        if (vr.IsText && value.Length <= DataSet.LongestReadValue)
        {
            var text = value.ToMemory().Span.TrimEnd(" \0"u8);
            Number(text.Length);
            hash.AppendData(text);
            return;
        }

        Number(value.Length + (value.Length % 2));
        value.Stream(
            block =>
            {
                ByteOrder.Reverse(block.Span, value.IsBigEndian ? written.NumberWidth : 1);
                hash.AppendData(block.Span);
            },
            cancellation);
        if (value.Length % 2 != 0)
            hash.AppendData([written.Padding]); // as it would be written
    }

    private void Kind(char kind) => hash.AppendData([(byte)kind]);

    private void Number(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
