using static Gateway.Dicom.UpperLayer.Protocol.ProtocolAction;
using static Gateway.Dicom.UpperLayer.Protocol.ProtocolState;

namespace Gateway.Dicom.UpperLayer.Protocol;

/// <summary>The protocol as PS3.8 section 9.2 writes it: table 9-10, and the next states of the actions from tables 9-6 to 9-9.</summary>
public static class TransitionTable
{
    private const ProtocolAction No = ProtocolAction.None;

    private static readonly ProtocolAction[][] Rows =
    [
        ////////// Sta1 Sta2 Sta3 Sta4 Sta5 Sta6 Sta7 Sta8 Sta9 Sta10 Sta11 Sta12 Sta13
        /* Evt1 */ [AE1, No, No, No, No, No, No, No, No, No, No, No, No],
        /* Evt2 */ [No, No, No, AE2, No, No, No, No, No, No, No, No, No],
        /* Evt3 */ [No, AA1, AA8, No, AE3, AA8, AA8, AA8, AA8, AA8, AA8, AA8, AA6],
        /* Evt4 */ [No, AA1, AA8, No, AE4, AA8, AA8, AA8, AA8, AA8, AA8, AA8, AA6],
        /* Evt5 */ [AE5, No, No, No, No, No, No, No, No, No, No, No, No],
        /* Evt6 */ [No, AE6, AA8, No, AA8, AA8, AA8, AA8, AA8, AA8, AA8, AA8, AA7],
        /* Evt7 */ [No, No, AE7, No, No, No, No, No, No, No, No, No, No],
        /* Evt8 */ [No, No, AE8, No, No, No, No, No, No, No, No, No, No],
        /* Evt9 */ [No, No, No, No, No, DT1, No, AR7, No, No, No, No, No],
        /* Evt10 */ [No, AA1, AA8, No, AA8, DT2, AR6, AA8, AA8, AA8, AA8, AA8, AA6],
        /* Evt11 */ [No, No, No, No, No, AR1, No, No, No, No, No, No, No],
        /* Evt12 */ [No, AA1, AA8, No, AA8, AR2, AR8, AA8, AA8, AA8, AA8, AA8, AA6],
        /* Evt13 */ [No, AA1, AA8, No, AA8, AA8, AR3, AA8, AA8, AR10, AR3, AA8, AA6],
        /* Evt14 */ [No, No, No, No, No, No, No, AR4, AR9, No, No, AR4, No],
        /* Evt15 */ [No, No, AA1, AA2, AA1, AA1, AA1, AA1, AA1, AA1, AA1, AA1, No],
        /* Evt16 */ [No, AA2, AA3, No, AA3, AA3, AA3, AA3, AA3, AA3, AA3, AA3, AA2],
        /* Evt17 */ [No, AA5, AA4, AA4, AA4, AA4, AA4, AA4, AA4, AA4, AA4, AA4, AR5],
        /* Evt18 */ [No, AA2, No, No, No, No, No, No, No, No, No, No, AA2],
        /* Evt19 */ [No, AA1, AA8, No, AA8, AA8, AA8, AA8, AA8, AA8, AA8, AA8, AA7],
    ];

    /// <summary>The cell for an event in a state; null where it is blank.</summary>
    public static Transition? Find(ProtocolEvent happened, ProtocolState state) => Rows[(int)happened - 1][(int)state - 1] switch
    {
        No => null,
        AE6 => new Transition(AE6, Sta3, Otherwise: Sta13),
        AR8 => new Transition(AR8, Sta9, Otherwise: Sta10),
        var action => new Transition(action, Next(action)),
    };

    private static ProtocolState Next(ProtocolAction action) => action switch
    {
        AE1 => Sta4,
        AE2 => Sta5,
        AE3 or AE7 or DT1 or DT2 => Sta6,
        AE5 => Sta2,
        AR1 or AR6 => Sta7,
        AR2 or AR7 => Sta8,
        AR9 => Sta11,
        AR10 => Sta12,
        AE8 or AR4 or AA1 or AA6 or AA7 or AA8 => Sta13,
        _ => Sta1, // AE-4, AR-3, AR-5, AA-2 to AA-5
    };
}
