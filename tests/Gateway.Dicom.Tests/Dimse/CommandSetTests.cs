using CsCheck;
using Gateway.Dicom.Dimse;
using Gateway.Dicom.Identifiers;
using Gateway.Dicom.Registry;
using Gateway.Dicom.UpperLayer;
using Xunit;

namespace Gateway.Dicom.Tests.Dimse;

public sealed class CommandSetTests
{
    private static readonly StoreRequest Request = new(7, SopClasses.CtImageStorage, Uid.Parse("1.2.3"));

    [Fact]
    public void A_store_request_comes_back() => Assert.Equal(Request, StoreRequest.From(CommandSet.Read(Request.ToCommand().ToBytes())));

    [Fact]
    public void A_store_response_holds_what_the_request_asked_and_a_comment_of_at_most_64_characters()
    {
        var response = new StoreResponse(7, Request.SopClass, Request.SopInstance, DimseStatus.CannotUnderstand, new string('x', 99));

        var read = CommandSet.Read(response.ToCommand().ToBytes());

        Assert.Equal(CommandField.StoreResponse, read.CommandField);
        Assert.Equal((ushort?)7, read.MessageIdBeingRespondedTo);
        Assert.Equal(DimseStatus.CannotUnderstand, read.Status);
        Assert.Equal(new string('x', 64), read.ErrorComment);
        Assert.False(read.HasDataSet);
    }

    [Fact]
    public void An_echo_has_the_bytes_of_the_standard()
    {
        var bytes = new EchoRequest(1).ToCommand().ToBytes();

        Assert.Equal([0, 0, 0, 0, 4, 0, 0, 0, (byte)(bytes.Length - 12), 0, 0, 0], bytes[..12]); // (0000,0000) UL: the length of the rest
        Assert.Equal([0, 0, 0, 8, 2, 0, 0, 0, 1, 1], bytes[^10..]); // (0000,0800) US: no data set
        Assert.Equal(0, bytes.Length % 2);
    }

    [Theory]
    [InlineData("1.2.3 ")]
    [InlineData("1.2.3\0")]
    public void Uids_padded_either_way_are_read(string padded)
    {
        byte[] command = [0, 0, 0, 0x10, 6, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(padded)];

        Assert.Equal(Uid.Parse("1.2.3"), CommandSet.Read(command).AffectedSopInstanceUid);
    }

    [Fact]
    public void A_request_that_lacks_a_part_is_none()
    {
        Assert.Null(StoreRequest.From(new CommandSet { CommandField = CommandField.StoreRequest, MessageId = 1, HasDataSet = true }));
        Assert.Null(StoreRequest.From(CommandSet.Read([])));
    }

    [Fact]
    public void An_element_longer_than_the_command_set_is_a_violation()
    {
        Assert.Throws<ProtocolViolationException>(() => CommandSet.Read([0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0]));
        Assert.Throws<ProtocolViolationException>(() => CommandSet.Read([0, 0, 0, 1, 2]));
    }

    [Fact]
    public void Random_bytes_are_read_or_are_a_violation() => Gen.Byte.Array[0, 256].Sample(
        bytes =>
        {
            try
            {
                _ = StoreRequest.From(CommandSet.Read(bytes));
            }
            catch (ProtocolViolationException)
            {
                // the declared error
            }
        },
        iter: 5_000);
}
