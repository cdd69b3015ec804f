# SPDX-License-Identifier: GPL-3.0-or-later
# The client configures where Qt6 Core alone is installed, and the station, as a counter-check, does not.
#   cmake -DROOT=… -DWORK=… -P configure_client_only.cmake
set(no_other_qt)
foreach(module Network Widgets Gui HttpServer Sql LinguistTools Test WebSockets)
    list(APPEND no_other_qt -DCMAKE_DISABLE_FIND_PACKAGE_Qt6${module}=ON)
endforeach()

function(configure result)
    file(REMOVE_RECURSE ${WORK})
    execute_process(COMMAND ${CMAKE_COMMAND} -S ${ROOT} -B ${WORK} -G Ninja ${no_other_qt} ${ARGN}
        RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
    set(${result} ${code} PARENT_SCOPE)
    set(output "${output}" PARENT_SCOPE)
endfunction()

configure(with_station -DBUILD_STATION=ON -DBUILD_TESTING=OFF)
if(with_station EQUAL 0)
    message(FATAL_ERROR "The station configured without its Qt modules: this test hides nothing.")
endif()
configure(client_only -DBUILD_STATION=OFF -DBUILD_TESTING=OFF)
if(NOT client_only EQUAL 0)
    message(FATAL_ERROR "The client does not configure with Qt6 Core alone:\n${output}")
endif()
