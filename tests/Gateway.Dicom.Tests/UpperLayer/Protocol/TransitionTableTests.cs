using Gateway.Dicom.UpperLayer.Protocol;
using Xunit;

namespace Gateway.Dicom.Tests.UpperLayer.Protocol;

/// <summary>Every row of PS3.8 table 9-10, with action and next state as the standard prints them; a dash is a blank cell.</summary>
public sealed class TransitionTableTests
{
    [Theory]
    [InlineData(
        ProtocolEvent.Evt1, "AE-1 Sta4", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt2, "-", "-", "-", "AE-2 Sta5", "-", "-", "-", "-", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt3, "-", "AA-1 Sta13", "AA-8 Sta13", "-", "AE-3 Sta6", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13",
        "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-6 Sta13")]
    [InlineData(
        ProtocolEvent.Evt4, "-", "AA-1 Sta13", "AA-8 Sta13", "-", "AE-4 Sta1", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13",
        "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-6 Sta13")]
    [InlineData(
        ProtocolEvent.Evt5, "AE-5 Sta2", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt6, "-", "AE-6 Sta3/13", "AA-8 Sta13", "-", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13",
        "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-7 Sta13")]
    [InlineData(
        ProtocolEvent.Evt7, "-", "-", "AE-7 Sta6", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt8, "-", "-", "AE-8 Sta13", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt9, "-", "-", "-", "-", "-", "DT-1 Sta6", "-", "AR-7 Sta8", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt10, "-", "AA-1 Sta13", "AA-8 Sta13", "-", "AA-8 Sta13", "DT-2 Sta6", "AR-6 Sta7", "AA-8 Sta13", "AA-8 Sta13",
        "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-6 Sta13")]
    [InlineData(
        ProtocolEvent.Evt11, "-", "-", "-", "-", "-", "AR-1 Sta7", "-", "-", "-", "-", "-", "-", "-")]
    [InlineData(
        ProtocolEvent.Evt12, "-", "AA-1 Sta13", "AA-8 Sta13", "-", "AA-8 Sta13", "AR-2 Sta8", "AR-8 Sta9/10", "AA-8 Sta13", "AA-8 Sta13",
        "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-6 Sta13")]
    [InlineData(
        ProtocolEvent.Evt13, "-", "AA-1 Sta13", "AA-8 Sta13", "-", "AA-8 Sta13", "AA-8 Sta13", "AR-3 Sta1", "AA-8 Sta13", "AA-8 Sta13",
        "AR-10 Sta12", "AR-3 Sta1", "AA-8 Sta13", "AA-6 Sta13")]
    [InlineData(
        ProtocolEvent.Evt14, "-", "-", "-", "-", "-", "-", "-", "AR-4 Sta13", "AR-9 Sta11", "-", "-", "AR-4 Sta13", "-")]
    [InlineData(
        ProtocolEvent.Evt15, "-", "-", "AA-1 Sta13", "AA-2 Sta1", "AA-1 Sta13", "AA-1 Sta13", "AA-1 Sta13", "AA-1 Sta13", "AA-1 Sta13",
        "AA-1 Sta13", "AA-1 Sta13", "AA-1 Sta13", "-")]
    [InlineData(
        ProtocolEvent.Evt16, "-", "AA-2 Sta1", "AA-3 Sta1", "-", "AA-3 Sta1", "AA-3 Sta1", "AA-3 Sta1", "AA-3 Sta1", "AA-3 Sta1",
        "AA-3 Sta1", "AA-3 Sta1", "AA-3 Sta1", "AA-2 Sta1")]
    [InlineData(
        ProtocolEvent.Evt17, "-", "AA-5 Sta1", "AA-4 Sta1", "AA-4 Sta1", "AA-4 Sta1", "AA-4 Sta1", "AA-4 Sta1", "AA-4 Sta1", "AA-4 Sta1",
        "AA-4 Sta1", "AA-4 Sta1", "AA-4 Sta1", "AR-5 Sta1")]
    [InlineData(
        ProtocolEvent.Evt18, "-", "AA-2 Sta1", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "AA-2 Sta1")]
    [InlineData(
        ProtocolEvent.Evt19, "-", "AA-1 Sta13", "AA-8 Sta13", "-", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13",
        "AA-8 Sta13", "AA-8 Sta13", "AA-8 Sta13", "AA-7 Sta13")]
    public void A_row_is_the_one_of_the_standard(ProtocolEvent happened, params string[] cells)
    {
        var row = Enum.GetValues<ProtocolState>().Where(state => state != ProtocolState.None)
            .Select(state => Print(TransitionTable.Find(happened, state)));

        Assert.Equal(cells, row);
    }

    [Fact]
    public void Every_action_of_the_standard_stands_in_the_table()
    {
        var used =
            from happened in Enum.GetValues<ProtocolEvent>()
            from state in Enum.GetValues<ProtocolState>()
            where happened != ProtocolEvent.None && state != ProtocolState.None
            select TransitionTable.Find(happened, state)?.Action ?? ProtocolAction.None;

        Assert.Equal(Enum.GetValues<ProtocolAction>(), used.Distinct().Order());
    }

    private static string Print(Transition? cell)
    {
        if (cell is not { } transition)
            return "-";
        var name = transition.Action.ToString();
        var otherwise = transition.Otherwise is { } other ? "/" + other.ToString()[3..] : "";
        return $"{name[..2]}-{name[2..]} {transition.Next}{otherwise}";
    }
}
